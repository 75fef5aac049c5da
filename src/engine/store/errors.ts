import Database from 'better-sqlite3';
import { StoreError } from '../study/store.ts';

type Reason = StoreError['reason'];

/** SQLite's result codes by prefix, since extended codes (`SQLITE_CORRUPT_INDEX`) refine the primary ones. */
const reasonsByCode: readonly (readonly [string, Reason])[] = [
  ['SQLITE_FULL', 'disk-full'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_CANTOPEN', 'read-only'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_IOERR_SHORT_READ', 'damaged'],
];

const adviceByReason: Readonly<Partial<Record<Reason, string>>> = {
  'disk-full': 'The disk is full. Free some space and try again; nothing stored so far is lost.',
  'read-only': 'It cannot be written to. Check the permissions of the file and of the folder it is in.',
  damaged: 'It is damaged. TuneLens mends it when it is opened; “tunelens check --repair” does so too.',
};

const nativeMessage = (text: string): string => {
  const glibc = /GLIBC_([\d.]+)' not found/.exec(text)?.[1];
  return glibc === undefined
    ? `The database module of TuneLens cannot be loaded: ${text}. Reinstall TuneLens for this system.`
    : `The database module of TuneLens needs glibc ${glibc} or newer, and this system has an older one. Use a system released in 2022 or later, such as Ubuntu 22.04, Debian 12 or Red Hat Enterprise Linux 9.`;
};

const isNativeFailure = (error: Error): boolean =>
  'code' in error && (error.code === 'ERR_DLOPEN_FAILED' || error.code === 'MODULE_NOT_FOUND');

/** What went wrong with the database in `file`, for a person. What is no failure of the database is given back as it is. */
export const toStoreError = (error: unknown, file: string): unknown => {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  if (isNativeFailure(error))
    return new StoreError('native-module', nativeMessage(error.message.split('\n')[0] ?? ''));
  if (!(error instanceof Database.SqliteError)) return error;
  const { code } = error;
  const reason = reasonsByCode.find(([prefix]) => code.startsWith(prefix))?.[1];
  const advice = reason === undefined ? undefined : adviceByReason[reason];
  return reason === undefined || advice === undefined
    ? error
    : new StoreError(reason, `${file}: ${advice} (${code})`);
};
