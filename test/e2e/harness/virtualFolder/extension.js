const vscode = require('vscode');

const files = new Map([['/project/train.py', Buffer.from('lr = 0.1  # tune: 0..1\n# tune: maximize acc\n')]]);

const statOf = (uri) => {
  const bytes = files.get(uri.path);
  if (bytes) return { type: vscode.FileType.File, ctime: 0, mtime: 1, size: bytes.length };
  if (uri.path === '/project') return { type: vscode.FileType.Directory, ctime: 0, mtime: 1, size: 0 };
  throw vscode.FileSystemError.FileNotFound(uri);
};

/** What is in memory, for a workspace with the folder `memory:/project`; its script is opened. */
exports.activate = async (context) => {
  const provider = {
    onDidChangeFile: new vscode.EventEmitter().event,
    watch: () => ({ dispose: () => undefined }),
    stat: statOf,
    readDirectory: () => [['train.py', vscode.FileType.File]],
    readFile: (uri) => files.get(uri.path),
    writeFile: (uri, bytes) => files.set(uri.path, Buffer.from(bytes)),
    createDirectory: () => undefined,
    delete: () => undefined,
    rename: () => undefined,
  };
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider('memory', provider));
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder?.uri.scheme === 'memory')
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'train.py'), { preview: false });
};
