// One of everything the harness can drive. Each thing answers with a notification that says what reached it.
const vscode = require('vscode');

exports.activate = (context) => {
  const say = (text) => void vscode.window.showInformationMessage(text);
  const on = (name, run) => vscode.commands.registerCommand(`harnessSample.${name}`, run);
  const python = { language: 'python' };

  const fruits = vscode.window.createTreeView('harnessSample.fruits', {
    treeDataProvider: {
      getChildren: (parent) => (parent ? (parent === 'Basket' ? ['Apple', 'Pear'] : []) : ['Basket', 'Plum']),
      getTreeItem: (name) => {
        const item = new vscode.TreeItem(name, name === 'Basket' ? 1 : 0);
        item.contextValue = name === 'Basket' ? 'basket' : 'fruit';
        item.description = name === 'Pear' ? 'ripe' : undefined;
        item.tooltip = `about ${name}`;
        return item;
      },
    },
  });
  fruits.badge = { value: 3, tooltip: '3 fruits' };

  const status = vscode.window.createStatusBarItem('count', vscode.StatusBarAlignment.Left);
  status.text = '$(beaker) 0 counted';
  status.command = 'harnessSample.onView';
  status.show();
  let counted = 0;

  const marks = vscode.languages.createDiagnosticCollection('sample');
  const check = (document) => {
    const at = document.getText().indexOf('wrong');
    const range = at < 0 ? undefined : new vscode.Range(document.positionAt(at), document.positionAt(at + 5));
    const diagnostic = range && new vscode.Diagnostic(range, 'this is wrong (really)', 1);
    if (diagnostic) diagnostic.source = 'sample';
    if (document.languageId === 'python') marks.set(document.uri, diagnostic ? [diagnostic] : []);
  };
  for (const document of vscode.workspace.textDocuments) check(document);

  context.subscriptions.push(
    fruits,
    status,
    marks,
    vscode.workspace.onDidOpenTextDocument(check),
    vscode.workspace.onDidChangeTextDocument((event) => check(event.document)),
    vscode.window.registerTreeDataProvider('harnessSample.empty', {
      getChildren: () => [],
      getTreeItem: (x) => x,
    }),
    vscode.window.registerWebviewViewProvider('harnessSample.leaf', {
      resolveWebviewView: (view) => {
        view.webview.html = '<body><p>a green leaf</p></body>';
      },
    }),
    vscode.languages.registerCodeLensProvider(python, {
      provideCodeLenses: (document) => {
        const lens = (line, title) =>
          new vscode.CodeLens(new vscode.Range(line, 0, line, 1), {
            title,
            command: 'harnessSample.onFile',
            arguments: [{ path: `${title} ${document.lineAt(line).text}` }],
          });
        return [lens(0, '$(play) Tune'), lens(0, 'Show'), lens(2, 'Tune')];
      },
    }),
    vscode.languages.registerHoverProvider(python, {
      provideHover: () => new vscode.Hover('a **sample** hover'),
    }),
    vscode.languages.registerCompletionItemProvider(python, {
      provideCompletionItems: () => [new vscode.CompletionItem('sampleWord')],
    }),
    vscode.languages.registerCodeActionsProvider(python, {
      provideCodeActions: (document, _range, { diagnostics: [first] }) => {
        if (!first) return [];
        const action = new vscode.CodeAction('Make it right', vscode.CodeActionKind.QuickFix);
        action.edit = new vscode.WorkspaceEdit();
        action.edit.replace(document.uri, first.range, 'right');
        return [action];
      },
    }),
    on('greet', async () => {
      const answer = await vscode.window.showInformationMessage('Good day.', 'Wave', 'Bow');
      say(`answered ${answer}`);
    }),
    on('ask', async () => {
      const fruit = await vscode.window.showQuickPick(
        ['Apple', { label: 'Pear', description: 'ripe' }].map((x) =>
          typeof x === 'string' ? { label: x } : x,
        ),
      );
      const many = await vscode.window.showQuickPick(['one', 'two', 'three'], { canPickMany: true });
      const text = await vscode.window.showInputBox({
        validateInput: (value) => (value === 'no' ? 'not this one' : undefined),
      });
      say(`asked ${fruit?.label} ${many?.join('+')} ${text}`);
    }),
    on('confirm', async () => {
      say(`confirmed ${await vscode.window.showWarningMessage('Really?', { modal: true }, 'Do It')}`);
    }),
    on('page', () => {
      const panel = vscode.window.createWebviewPanel('harnessSample.page', 'Sample Page', 1, {
        enableScripts: true,
      });
      panel.webview.onDidReceiveMessage((message) => say(`page sent ${message}`));
      panel.webview.html = `<body><h1>a sample page</h1><button>Send</button><script>
        const vscode = acquireVsCodeApi();
        document.querySelector('button').onclick = () => vscode.postMessage('a pressed button');
      </script></body>`;
    }),
    on('terminal', () => {
      const write = new vscode.EventEmitter();
      const lines = Array.from({ length: 60 }, (_, n) => `line ${n + 1}\r\n`).join('');
      const pty = { onDidWrite: write.event, open: () => write.fire(lines), close: () => undefined };
      vscode.window.createTerminal({ name: 'Trial 7 · lr=0.1', pty }).show();
    }),
    on('onFile', (uri) => say(`file ${decodeURIComponent(uri.path.split('/').at(-1))}`)),
    on('onRow', (name) => say(`ate ${name}`)),
    on('onView', () => {
      status.text = `$(beaker) ${++counted} counted`;
    }),
  );
};
