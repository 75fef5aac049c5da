import type { StudyView } from '../../protocol/index.ts';
import { type Disposable, Disposables, Emitter } from '../platform/events.ts';
import type { MirrorChange } from './mirror.ts';
import type { EngineSession } from './session.ts';

export interface StudyEntry {
  readonly session: EngineSession;
  readonly study: StudyView;
}

export interface StudiesChange extends MirrorChange {
  readonly session: EngineSession;
}

/** The studies of all folders that have an engine. Ids of studies are unique across folders. */
export class Studies implements Disposable {
  private readonly sessions = new Map<string, EngineSession>();
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new Emitter<StudiesChange>());
  private readonly connect: (folder: string) => EngineSession;

  readonly onDidChange = this.changed.event;

  constructor(connect: (folder: string) => EngineSession) {
    this.connect = connect;
  }

  /** The folder's engine, made when missing; it starts with its first request. */
  sessionOf(folder: string): EngineSession {
    const known = this.sessions.get(folder);
    if (known !== undefined) return known;
    const session = this.owned.add(this.connect(folder));
    this.owned.add(session.onDidChange((change) => this.changed.fire({ ...change, session })));
    this.sessions.set(folder, session);
    return session;
  }

  existingSessionOf(folder: string): EngineSession | undefined {
    return this.sessions.get(folder);
  }

  all(): readonly EngineSession[] {
    return [...this.sessions.values()];
  }

  find(id: string): StudyEntry | undefined {
    for (const session of this.sessions.values()) {
      const study = session.mirror.study(id);
      if (study !== undefined) return { session, study };
    }
    return undefined;
  }

  /** Oldest first. */
  entries(): readonly StudyEntry[] {
    return this.all()
      .flatMap((session) => session.mirror.studies().map((study) => ({ session, study })))
      .sort((a, b) => a.study.createdAtMs - b.study.createdAtMs);
  }

  /** Closes every engine; trials go on. */
  async close(): Promise<void> {
    await Promise.all(this.all().map((session) => session.close()));
  }

  dispose(): void {
    this.owned.dispose();
    this.sessions.clear();
  }
}
