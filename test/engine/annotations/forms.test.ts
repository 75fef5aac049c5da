import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import { tunablesOf } from './notation.ts';

const forms: readonly (readonly [string, string, readonly string[]])[] = [
  ['a plain assignment', 'lr = 1e-3  # tune: 1e-5..1e-1 log', ['lr: 1e-3 ∈ 1e-5..0.1 log (module lr)']],
  ['an annotated assignment', 'lr: float = 0.5  # tune: 0..1', ['lr: 0.5 ∈ 0..1 (module lr)']],
  ['a negative number', 'x = -3  # tune: -5..-1', ['x: -3 ∈ -5..-1 (module x)']],
  ['a number with underscores', 'n = 1_000  # tune: 500..2_000', ['n: 1_000 ∈ 500..2000 (module n)']],
  ['a string', "opt = 'sgd'  # tune: ['sgd', \"adam\"]", ['opt: \'sgd\' ∈ ["sgd", "adam"] (module opt)']],
  [
    'a prefixed string',
    'opt = r"sgd"  # tune: ["sgd", "adam"]',
    ['opt: r"sgd" ∈ ["sgd", "adam"] (module opt)'],
  ],
  ['a boolean', 'ema = True  # tune', ['ema: True ∈ true | false (module ema)']],
  ['None', 'depth = None  # tune: [None, 4, 8]', ['depth: None ∈ [null, 4, 8] (module depth)']],
  ['brackets around a literal', 'lr = (\n    0.1  # tune: 0..1\n)', ['lr: 0.1 ∈ 0..1 (module lr)']],
  ['a chain of targets', 'a = b = 3  # tune: 1..4', ['a: 3 ∈ 1..4 (module a)']],
  ['a local variable', 'def f():\n    lr = 0.1  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (local lr)']],
  [
    'a name inside an if at module level',
    'if x:\n    lr = 0.1  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (module lr)'],
  ],
  [
    'an attribute',
    'class A:\n    def f(self):\n        self.lr = 0.1  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (local self.lr)'],
  ],
  ['an item', 'cfg["lr"] = 0.1  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (local cfg["lr"])']],
  [
    'several statements',
    'a = 1; b = 2  # tune: 1..4; 1..8',
    ['a: 1 ∈ 1..4 (module a)', 'b: 2 ∈ 1..8 (module b)'],
  ],
  ['a tuple', 'a, b = 1, 2.5  # tune: 1..4, 0..5', ['a: 1 ∈ 1..4 (module a)', 'b: 2.5 ∈ 0..5 (module b)']],
  ['a tuple in brackets', '(a, b) = (1, 2)  # tune: b: 1..8', ['b: 2 ∈ 1..8 (module b)']],
  [
    'names before parts',
    'a = 1; b = 2  # tune: b: 1..8; a: 1..4',
    ['a: 1 ∈ 1..4 (module a)', 'b: 2 ∈ 1..8 (module b)'],
  ],
  ['a name before the colon', 'a = 1; b = 2  # tune b: 1..8', ['b: 2 ∈ 1..8 (module b)']],
  [
    'a bare tune behind several',
    'a = True; b = False  # tune',
    ['a: True ∈ true | false (module a)', 'b: False ∈ true | false (module b)'],
  ],
  ['a class attribute', 'class C:\n    lr = 0.1  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (field C)']],
  [
    'a dataclass field',
    '@dataclass\nclass C:\n    lr: float = field(default=0.1)  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (field C)'],
  ],
  [
    'a pydantic field',
    'class C(BaseModel):\n    n: int = Field(4, ge=1)  # tune: 1..8',
    ['n: 4 ∈ 1..8 (field C)'],
  ],
  [
    'argparse',
    'p.add_argument("-l", "--learning-rate", type=float, default=0.1)  # tune: 0..1',
    ['learning_rate: 0.1 ∈ 0..1 (argparse learning_rate)'],
  ],
  [
    'argparse with a dest',
    'p.add_argument("--lr", dest="rate", default=0.1)  # tune: 0..1',
    ['rate: 0.1 ∈ 0..1 (argparse rate)'],
  ],
  [
    'argparse over several lines',
    'p.add_argument(\n    "--lr",\n    default=0.1,  # tune: 0..1\n)',
    ['lr: 0.1 ∈ 0..1 (argparse lr)'],
  ],
  [
    'argparse that ends below its default',
    'p.add_argument("--lr",\n    default=0.1,\n    help="x")  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (argparse lr)'],
  ],
  [
    'a click option',
    '@click.option("--lr", default=0.1)  # tune: 0..1\ndef f(lr):\n    pass',
    ['lr: 0.1 ∈ 0..1 (keyword click.option)'],
  ],
  [
    'a keyword argument on its own line',
    'opt = Adam(\n    lr=0.1,  # tune: 0..1\n)',
    ['lr: 0.1 ∈ 0..1 (keyword Adam)'],
  ],
  [
    'the only literal of a line',
    'net = nn.Net(hidden=64)  # tune: 16..256',
    ['hidden: 64 ∈ 16..256 (keyword nn.Net)'],
  ],
  ['a dict entry', 'cfg = {\n    "lr": 0.1,  # tune: 0..1\n}', ['lr: 0.1 ∈ 0..1 (dict)']],
  [
    'a nested dict entry',
    'cfg = {"opt": {\n    "weight-decay": 0.1,  # tune: 0..1\n}}',
    ['weight_decay: 0.1 ∈ 0..1 (dict)'],
  ],
  ['a function default', 'def f(x, lr=0.1):  # tune: 0..1\n    pass', ['lr: 0.1 ∈ 0..1 (default f)']],
  [
    'a default with its type',
    'def f(\n    lr: float = 0.1,  # tune: 0..1\n): pass',
    ['lr: 0.1 ∈ 0..1 (default f)'],
  ],
  [
    'a typer default',
    'def f(lr: float = typer.Option(0.1, min=0)):  # tune: 0..1\n    pass',
    ['lr: 0.1 ∈ 0..1 (default f)'],
  ],
  ['a comment behind another', 'lr = 0.1  # noqa  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (module lr)']],
  ['a comment before another', 'lr = 0.1  # tune: 0..1  # noqa', ['lr: 0.1 ∈ 0..1 (module lr)']],
  [
    'a remark in brackets',
    'n = 16  # tune: 16..64 log step 2x   (16, 32, 64)',
    ['n: 16 ∈ 16..64 log step 2x (module n)'],
  ],
  [
    'a list',
    'h = [64, 64]  # tune: list 1..4 of 16..512 log',
    ['h: [64, 64] ∈ list 1..4 of 16..512 log (module h)'],
  ],
  ['a tuple', 'h = (64,)  # tune: list 1..4 of 16..512', ['h: (64,) ∈ list 1..4 of 16..512 (module h)']],
  ['an empty list', 'h = []  # tune: list 0..2 of 1..8', ['h: [] ∈ list 0..2 of 1..8 (module h)']],
  [
    'a list among other literals',
    'net = Net(hidden=[64], bias=True)  # tune: list 1..2 of 8..64',
    ['hidden: [64] ∈ list 1..2 of 8..64 (keyword Net)'],
  ],
  [
    'a list and a number by name',
    'h = [64]; n = 2  # tune: n: 1..4; h: list 1..2 of 8..64',
    ['h: [64] ∈ list 1..2 of 8..64 (module h)', 'n: 2 ∈ 1..4 (module n)'],
  ],
  [
    'a list and a number in order',
    'n = 2; h = [64]  # tune: 1..4; list 1..2 of 8..64',
    ['n: 2 ∈ 1..4 (module n)', 'h: [64] ∈ list 1..2 of 8..64 (module h)'],
  ],
  [
    'a list in a class that a condition names',
    'class C:\n    h = [8]  # tune: list 1..2 of 8..64\n    d = 0.1  # tune: 0..1 if h.length > 1 and h[0] > 8\nd = 0.1  # tune: 0..1\nh = 1  # tune: 1..2',
    [
      'C.h: [8] ∈ list 1..2 of 8..64 (field C)',
      'C.d: 0.1 ∈ 0..1 if C.h.length > 1 and C.h[0] > 8 (field C)',
      'd: 0.1 ∈ 0..1 (module d)',
      'h: 1 ∈ 1..2 (module h)',
    ],
  ],
  [
    'a positional-only default',
    'def f(lr=0.1, /, x=2):  # tune: lr: 0..1\n    pass',
    ['lr: 0.1 ∈ 0..1 (default f)'],
  ],
  [
    'a keyword-only default',
    'def f(a, *args, lr: float = 0.1, **kw):  # tune: 0..1\n    pass',
    ['lr: 0.1 ∈ 0..1 (default f)'],
  ],
  ['a default of a lambda', 'g = lambda x, lr=0.1: x  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (default lambda)']],
  [
    'a default of a method',
    'class A:\n    def fit(self, lr=0.1):  # tune: 0..1\n        pass',
    ['lr: 0.1 ∈ 0..1 (default fit)'],
  ],
  [
    'an async function',
    'async def f(lr=0.1):  # tune: 0..1\n    n = 2  # tune: 1..4',
    ['lr: 0.1 ∈ 0..1 (default f)', 'n: 2 ∈ 1..4 (local n)'],
  ],
  [
    'a decorator',
    '@retry(\n    times=3,  # tune: 1..5\n)\ndef f(): pass',
    ['times: 3 ∈ 1..5 (keyword retry)'],
  ],
  [
    'a call within a call',
    'm = Seq(A(p=0.1), B(q=0.2))  # tune: p: 0..1; q: 0..1',
    ['p: 0.1 ∈ 0..1 (keyword A)', 'q: 0.2 ∈ 0..1 (keyword B)'],
  ],
  [
    'an argument by its place',
    'self.drop = nn.Dropout(0.5)  # tune: 0..1',
    ['p: 0.5 ∈ 0..1 (argument 0 of nn.Dropout)'],
  ],
  [
    'an argument of a function nobody knows',
    'x = build(y, 3)  # tune: 1..8',
    ['build_1: 3 ∈ 1..8 (argument 1 of build)'],
  ],
  [
    'an argument beside named ones',
    'Dense(64, activation="relu")  # tune: units: 16..256',
    ['units: 64 ∈ 16..256 (argument 0 of Dense)'],
  ],
  [
    'two of the same function',
    'Seq(\n    Dropout(0.5),  # tune: 0..1\n    Dropout(0.2),  # tune: 0..1\n)',
    ['Dropout.p: 0.5 ∈ 0..1 (argument 0 of Dropout)', 'Dropout.p_2: 0.2 ∈ 0..1 (argument 0 of Dropout)'],
  ],
  [
    'two optimisers',
    'g = Adam(a, lr=1e-4)  # tune: 1e-5..1e-3 log\nd = Adam(b, lr=4e-4)  # tune: 1e-5..1e-3 log',
    ['g.lr: 1e-4 ∈ 1e-5..0.001 log (keyword Adam)', 'd.lr: 4e-4 ∈ 1e-5..0.001 log (keyword Adam)'],
  ],
  ['an entry of a list', 'h = [\n    64,  # tune: 16..256\n    128,\n]', ['h_0: 64 ∈ 16..256 (entry 0)']],
  ['an entry of a list by name', 'h = [64, 128]  # tune: h_1: 16..256', ['h_1: 128 ∈ 16..256 (entry 1)']],
  [
    'an entry of a list in a dict',
    'c = {"h": [[8], [\n  16,  # tune: 8..64\n]]}',
    ['h_1_0: 16 ∈ 8..64 (entry 0)'],
  ],
  [
    'the two of betas',
    'opt = Adam(p, lr=1e-3, betas=(0.9, 0.999))  # tune: beta1: 0.5..0.95; beta2: 0.9..0.9999',
    ['beta1: 0.9 ∈ 0.5..0.95 (entry 0)', 'beta2: 0.999 ∈ 0.9..0.9999 (entry 1)'],
  ],
  ['a dict in a list', 'c = {"a": [\n  {"lr": 0.1},  # tune: 0..1\n]}', ['lr: 0.1 ∈ 0..1 (dict)']],
  [
    'a dict by keywords',
    'c = dict(opt=dict(lr=0.1, wd=0.2))  # tune: lr: 0..1; wd: 0..1',
    ['lr: 0.1 ∈ 0..1 (keyword dict)', 'wd: 0.2 ∈ 0..1 (keyword dict)'],
  ],
  ['a namespace', 'c = SimpleNamespace(lr=0.1)  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (keyword SimpleNamespace)']],
  ['an edict', 'c = edict({"lr": 0.1})  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (dict)']],
  [
    'an OmegaConf',
    'c = OmegaConf.create({"o": {\n   "lr": 0.1,  # tune: 0..1\n}})',
    ['lr: 0.1 ∈ 0..1 (dict)'],
  ],
  ['a dict that unpacks another', 'c = {**base, "lr": 0.1}  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (dict)']],
  [
    'what is looked up when it is missing',
    'lr = float(os.environ.get("LR", 0.1))  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (argument 1 of os.environ.get)'],
  ],
  [
    'a pydantic field by its type',
    'class C(BaseModel):\n    lr: Annotated[float, Field(default=0.1, gt=0)]  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (field C)'],
  ],
  [
    'a pydantic field with limits',
    'class C(BaseModel):\n    model_config = ConfigDict(frozen=True)\n    top: float = Field(default=0.5, ge=0, le=2)  # tune',
    ['top: 0.5 ∈ 0.05..2 log (field C)'],
  ],
  [
    'an annotated pydantic field',
    'class C(BaseModel):\n    n: Annotated[int, Field(ge=1, le=6)] = 2  # tune',
    ['n: 2 ∈ 1..6 (field C)'],
  ],
  [
    'an attrs field',
    '@attr.s\nclass C:\n    lr = attr.ib(default=0.1)  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (field C)'],
  ],
  [
    'a new attrs field',
    '@define\nclass C:\n    lr: float = attrs.field(default=0.1)  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (field C)'],
  ],
  ['a NamedTuple', 'class C(NamedTuple):\n    lr: float = 0.1  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (field C)']],
  [
    'a field over several lines',
    '@dataclass\nclass C:\n    lr: float = field(default=0.1,\n        metadata={"help": "x"},\n    )  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (field C)'],
  ],
  [
    'a field of simple-parsing',
    '@dataclass\nclass C:\n    lr: float = choice(0.1, 0.2, default=0.1)  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (field C)'],
  ],
  [
    'a field that is one of some words',
    'class C:\n    size: Literal["s", "m"] = "s"  # tune',
    ['size: "s" ∈ ["s", "m"] (field C)'],
  ],
  [
    'a parameter that is one of some words',
    'def f(size: Literal["s", "m"] = "s"):  # tune\n    pass',
    ['size: "s" ∈ ["s", "m"] (default f)'],
  ],
  [
    'argparse in a group',
    'g = p.add_argument_group("a")\ng.add_argument("--lr", default=0.1)  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (argparse lr)'],
  ],
  [
    'the same flag of two subparsers',
    'def f():\n    s = p.add_subparsers()\n    a = s.add_parser("train")\n    a.add_argument("--lr", default=0.1)  # tune: 0..1\n    b = s.add_parser("fine-tune")\n    b.add_argument("--lr", default=0.2)  # tune: 0..1',
    ['train.lr: 0.1 ∈ 0..1 (argparse lr)', 'fine_tune.lr: 0.2 ∈ 0..1 (argparse lr)'],
  ],
  [
    'the same flag of two parsers at module level',
    'a.add_argument("--lr", default=0.1)  # tune: 0..1\nb.add_argument("--lr", default=0.2)  # tune: 0..1',
    ['a.lr: 0.1 ∈ 0..1 (argparse lr)', 'b.lr: 0.2 ∈ 0..1 (argparse lr)'],
  ],
  [
    'argparse by place',
    'p.add_argument("lr", nargs="?", default=0.1)  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (argparse lr)'],
  ],
  [
    'argparse with whole choices',
    'p.add_argument("--d", type=int, choices=[1, 2, 4], default=2)  # tune',
    ['d: 2 ∈ [1, 2, 4] ordered (argparse d)'],
  ],
  [
    'argparse with words',
    'p.add_argument("--o", choices=("a", "b"), default="a")  # tune',
    ['o: "a" ∈ ["a", "b"] (argparse o)'],
  ],
  [
    'argparse with a switch',
    'p.add_argument("--ema", action=argparse.BooleanOptionalAction, default=True)  # tune',
    ['ema: True ∈ true | false (argparse ema)'],
  ],
  [
    'argparse with a list',
    'p.add_argument("--h", nargs="+", type=int, default=[64, 64])  # tune: list 1..3 of 16..256',
    ['h: [64, 64] ∈ list 1..3 of 16..256 (argparse h)'],
  ],
  [
    'set_defaults',
    'p.set_defaults(lr=0.1, wd=0.2)  # tune: lr: 0..1',
    ['lr: 0.1 ∈ 0..1 (keyword p.set_defaults)'],
  ],
  [
    'a click option by its own name',
    '@click.option("--lr", "-l", "rate", default=0.1, show_default=True)  # tune: 0..1\ndef f(rate): pass',
    ['rate: 0.1 ∈ 0..1 (keyword click.option)'],
  ],
  [
    'a click switch',
    '@click.option("--ema/--no-ema", default=True)  # tune\ndef f(): pass',
    ['ema: True ∈ true | false (keyword click.option)'],
  ],
  [
    'a click choice',
    '@click.option("--o", type=click.Choice(["a", "b"]), default="a")  # tune\ndef f(): pass',
    ['o: "a" ∈ ["a", "b"] (keyword click.option)'],
  ],
  [
    'a click range',
    '@click.option("--n", type=click.IntRange(1, 4), default=2)  # tune\ndef f(): pass',
    ['n: 2 ∈ 1..4 (keyword click.option)'],
  ],
  [
    'a click argument',
    '@click.argument("lr", default=0.1)  # tune: 0..1\ndef f(): pass',
    ['lr: 0.1 ∈ 0..1 (keyword click.argument)'],
  ],
  [
    'an annotated typer option',
    'def main(\n    lr: Annotated[float, typer.Option(help="x")] = 0.1,  # tune: 0..1\n    n: int = typer.Option(3, min=1, max=6),  # tune\n): pass',
    ['lr: 0.1 ∈ 0..1 (default main)', 'n: 3 ∈ 1..6 (default main)'],
  ],
  [
    'an absl flag',
    'flags.DEFINE_float("lr", 0.1, "the rate")  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (keyword flags.DEFINE_float)'],
  ],
  [
    'an absl flag over several lines',
    '_LR = flags.DEFINE_integer(\n    "n", default=3,\n    help="x")  # tune: 1..5',
    ['n: 3 ∈ 1..5 (keyword flags.DEFINE_integer)'],
  ],
  [
    'an absl choice',
    'flags.DEFINE_enum("o", "a", ["a", "b"], "x")  # tune',
    ['o: "a" ∈ ["a", "b"] (keyword flags.DEFINE_enum)'],
  ],
  [
    'the main block',
    'if __name__ == "__main__":\n    lr = 0.1  # tune: 0..1\n    main(lr=lr, wd=0.1)  # tune: 0..1',
    ['lr: 0.1 ∈ 0..1 (module lr)', 'wd: 0.1 ∈ 0..1 (keyword main)'],
  ],
  [
    'try, with and match',
    'try:\n    a = 1  # tune: 1..2\nexcept E:\n    b = 2  # tune: 1..2\nwith c() as d:\n    e = 1  # tune: 1..2\nmatch d:\n    case 1:\n        g = 1  # tune: 1..2',
    ['a: 1 ∈ 1..2 (module a)', 'b: 2 ∈ 1..2 (module b)', 'e: 1 ∈ 1..2 (module e)', 'g: 1 ∈ 1..2 (module g)'],
  ],
  ['a walrus', 'if (n := 10) > 5:  # tune: 1..20\n    pass', ['n: 10 ∈ 1..20 (module n)']],
  ['a type comment', 'lr = 0.1  # type: float  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (module lr)']],
  ['a starred target', 'a, *b = 1, 2, 3  # tune: a: 1..2', ['a: 1 ∈ 1..2 (module a)']],
  ['starred arguments', 'f(*a, lr=0.1, **k)  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (keyword f)']],
  ['a conversion', 'lr = np.float32(0.1)  # tune: 0..1', ['lr: 0.1 ∈ 0..1 (argument 0 of np.float32)']],
  ['an item by its index', 'betas[0] = 0.9  # tune: 0..1', ['betas_0: 0.9 ∈ 0..1 (local betas[0])']],
  [
    'several annotations in one comment',
    'a = 1; b = 2  # tune: b: 1..8  # tune: a: 1..4  # noqa',
    ['a: 1 ∈ 1..4 (module a)', 'b: 2 ∈ 1..8 (module b)'],
  ],
  ['tabs', 'class A:\n\tdef f(self):\n\t\tlr = 0.1\t# tune: 0..1', ['lr: 0.1 ∈ 0..1 (local lr)']],
  ['Python 2 around it', 'print "x"\nlr = 0.1  # tune: 0..1\nexec "y"', ['lr: 0.1 ∈ 0..1 (module lr)']],
  [
    'type parameters',
    'type X = int\ndef f[T](lr=0.1):  # tune: 0..1\n    pass',
    ['lr: 0.1 ∈ 0..1 (default f)'],
  ],
  [
    'a field of a flax module',
    'class N(nn.Module):\n    width: int = 64  # tune: 16..256\n    @nn.compact\n    def __call__(self, x):\n        return nn.Dense(features=32)(x)  # tune: 16..256',
    ['width: 64 ∈ 16..256 (field N)', 'features: 32 ∈ 16..256 (keyword nn.Dense)'],
  ],
  ['no space', 'n=16 #tune:16..64', ['n: 16 ∈ 16..64 (module n)']],
];

test.each(forms)('%s is found', (_, text, expected) => {
  const { problems } = scanPython(text);
  expect(problems).toEqual([]);
  expect(tunablesOf(text)).toEqual(expected);
});

const grammar: readonly (readonly [string, string])[] = [
  ['4  # tune: 1..8', '1..8'],
  ['4  # tune: 1..8 step 1', '1..8 step 1'],
  ['4  # tune: 1..1e3', '1..1000'],
  ['0.1  # tune: 0..0.6 step 0.05', '0..0.6 step 0.05'],
  ['0.1  # tune: .05.. .5', '0.05..0.5'],
  ['0.1  # tune: log(1e-5, 1e-1)', '1e-5..0.1 log'],
  ['0.1  # tune: loguniform(1e-5, 1e-1)', '1e-5..0.1 log'],
  ['0.1  # tune: uniform(-1, 1) step 0.1', '-1..1 step 0.1'],
  ['2  # tune: int(1, 8) log', '1..8 log'],
  ['2  # tune: choice(1, 2, 4)', '[1, 2, 4]'],
  ['2  # tune: choice([1, 2, 4]) ordered', '[1, 2, 4] ordered'],
  ['"a"  # tune: ["a", "b, c; # d"]', '["a", "b, c; # d"]'],
  ['3  # tune: budget 1..30', 'budget 1..30'],
  ['3  # tune: seed', 'seed'],
  ['0.1  # tune: normal(0.1, 0.05)', 'normal(0.1, 0.05) in -0.1..0.3'],
  ['0.1  # tune: normal(0.1, 0.05) in 0..1 step 0.01', 'normal(0.1, 0.05) in 0..1 step 0.01'],
  ['0.1  # tune: normal(0.1, 0.05) 0..1', 'normal(0.1, 0.05) in 0..1'],
  ['8  # tune: normal(8, 2) in 1..16 if True', 'normal(8, 2) in 1..16 if True'],
  ['1.0  # tune: lognormal(0, 1) in 0.5..2', 'lognormal(0, 1) in 0.5..2'],
  ['["a", "b"]  # tune: permutation', 'permutation ["a", "b"]'],
  ['["a", "b"]  # tune: permutation of ["a", "b"] if True', 'permutation ["a", "b"] if True'],
  ['["a", "b"]  # tune: subset', 'subset ["a", "b"] 0..2'],
  ['["a", "b"]  # tune: subset ["a", "b", "c"] 1..2', 'subset ["a", "b", "c"] 1..2'],
  ['["a", "b"]  # tune: subset of ["a", "b", "c"] 2 if True', 'subset ["a", "b", "c"] 2 if True'],
  ['[0.5, 0.3, 0.2]  # tune: simplex', 'simplex'],
  ['[50, 30, 20]  # tune: simplex total 100', 'simplex total 100'],
  ['[3, 5]  # tune: list 2 of [3, 5, 7] ordered', 'list 2 of [3, 5, 7] ordered'],
  ['[0.1]  # tune: list 1..2 of normal(0.1, 0.2) in 0..1', 'list 1..2 of normal(0.1, 0.2) in 0..1'],
  ['[True]  # tune: list 1..3 of [True, False] if True', 'list 1..3 of true | false if True'],
  ['0.5  # tune: if True', '0.05..5 log if True'],
];

test.each(grammar)('x = %s', (line, summary) => {
  const { tunables, problems } = scanPython(`x = ${line}`);
  expect(problems).toEqual([]);
  expect(tunables.map(({ role }) => role.kind)).toHaveLength(1);
  expect(tunablesOf(`x = ${line}`)[0]).toContain(`∈ ${summary} (`);
});

const kinds: readonly (readonly [string, string])[] = [
  ['4  # tune: 1..8', 'int'],
  ['4.0  # tune: 1..8', 'float'],
  ['4  # tune: 1.0..8', 'float'],
  ['4  # tune: 0.5..8', 'float'],
  ['4  # tune: 0..8 step 0.5', 'float'],
  ['4  # tune: uniform(1, 8)', 'float'],
  ['4.0  # tune: int(1, 8)', 'int'],
  ['4  # tune: [1, 4]', 'categorical'],
  ['True  # tune: [True, False]', 'bool'],
  ['8  # tune: normal(8, 2)', 'int'],
  ['8.0  # tune: normal(8, 2)', 'float'],
  ['8  # tune: normal(8.5, 2)', 'float'],
  ['8  # tune: lognormal(2.1, 0.5) in 1..64', 'int'],
];

test.each(kinds)('x = %s makes a parameter of kind %s', (line, kind) => {
  const role = scanPython(`x = ${line}`).tunables[0]?.role;
  expect(role?.kind === 'search' && role.parameter.kind).toBe(kind);
});

test.each([
  ['[64, 32]  # tune: list 1..4 of 16..64', 'int'],
  ['[64, 32.0]  # tune: list 1..4 of 16..64', 'float'],
  ['[]  # tune: list 0..4 of 16..64', 'int'],
])('items of x = %s are of kind %s', (line, kind) => {
  const role = scanPython(`x = ${line}`).tunables[0]?.role;
  const shape = role?.kind === 'composite' ? role.composite.shape : undefined;
  expect(shape?.kind === 'list' && shape.item.kind).toBe(kind);
});

test('conditions and derived values keep their expressions', () => {
  const text =
    'opt = "sgd"  # tune: ["sgd", "adam"]\nm = 0.9  # tune: 0..1 if opt == "sgd"\nd = 4  # tune: = 4 * m if m > 0';
  expect(tunablesOf(text).slice(1)).toEqual([
    'm: 0.9 ∈ 0..1 if opt == "sgd" (module m)',
    'd: 4 ∈ = 4 * m if m > 0 (module d)',
  ]);
});

test('spans and lines are those of the text, also behind a byte order mark and with \\r\\n', () => {
  const text = '\uFEFFa = 1  # tune: 1..4\r\n\r\nb = "é😀"  # tune: ["é😀", "x"]\r\n';
  const { tunables, problems } = scanPython(text);
  expect(problems).toEqual([]);
  expect(tunables.map(({ span, line }) => [text.slice(span.start, span.end), line])).toEqual([
    ['1', 0],
    ['"é😀"', 2],
  ]);
  expect(tunables.map(({ annotation }) => text.slice(annotation.start, annotation.end))).toEqual([
    'tune: 1..4',
    'tune: ["é😀", "x"]',
  ]);
});

const prose = [
  'x = 1  # tune this by hand',
  '# tune me',
  'x = 1  # tune later: it depends',
  'x = 1  # tuned: 1..2',
  'x = 1  # tune_x: 1..2',
  's = "# tune: 1..2"',
  's = """\nx = 1  # tune: 1..2\n"""',
  '# Tune: the parameters',
];

test.each(prose)('%j asks for nothing', (text) => {
  const { tunables, problems } = scanPython(text);
  expect([tunables, problems]).toEqual([[], []]);
});

/** What cannot be bound is refused with a sentence that says what it is. */
const refused: readonly (readonly [string, string])[] = [
  ['lr = f"{x}"  # tune: ["a", "b"]', 'an f-string'],
  ['lr = "a" "b"  # tune: ["ab", "c"]', 'a string in several parts'],
  ['lr = 0.1 * 2  # tune: 0..1', 'an expression'],
  ['lr = x or 0.1  # tune: 0..1', 'an expression'],
  ['lr = 1 if x else 2  # tune: 1..2', 'an expression'],
  ['lr = f(x)  # tune: 0..1', 'a call'],
  ['lr *= 0.5  # tune: 0..1', 'Nothing on this line'],
  ['lr: float  # tune: 0..1', 'Nothing on this line'],
  ['class A(B, lr=0.1):  # tune: 0..1\n    pass', 'Nothing on this line'],
  ['for lr in (0.1,):  # tune: 0..1\n    pass', 'Nothing on this line'],
  ['p.add_argument("--ema", action="store_true")  # tune', 'Nothing on this line'],
  ['print(f"{x:.3f}", y)  # tune: 0..1', 'Nothing on this line'],
];

test.each(refused)('%j is refused', (text, words) => {
  const { tunables, problems } = scanPython(text);
  expect(tunables).toEqual([]);
  expect(problems.map(({ message }) => message).join()).toContain(words);
});

test('an error elsewhere does not hide a literal', () => {
  expect(tunablesOf('x = foo(1,\n\ndef f(:\n  (\n\nimport os\nlr = 0.1  # tune: 0..1\n')).toEqual([
    'lr: 0.1 ∈ 0..1 (module lr)',
  ]);
});
