import { config } from '@vscode/l10n';
import { l10n } from 'vscode';

// Imported before all else, so that texts made while modules load are translated too. Texts come from `@vscode/l10n`
// and not from the editor's own `l10n`, so that modules without an editor can be tested as they are.
if (l10n.bundle !== undefined) config({ contents: l10n.bundle });
