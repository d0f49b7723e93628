#!/usr/bin/env node
// Makes the browser assets: five wasm bundles, the style sheets and everything in public/, each under a name that holds a
// hash of its content, each with a brotli twin, below <target>/site, from where server/build.rs embeds them.
//
//     node .ci/assets.mjs            what is served and tested: LTO, wasm-opt -Oz, brotli 11; fails above a budget
//     node .ci/assets.mjs --fast     for `make dev`: opt-level 1, no wasm-opt, weak brotli, no budget
//
// <target>/site/manifest.json maps names of the source tree to URL paths: {"phone.js": "/pkg/phone.0123456789ab.js", ...}.
// The script that starts a bundle must pass the URL of NAME_bg.wasm itself: the default inside NAME.js has no hash.
//
// All work hangs on one hash of the inputs; when it is that of the last run, nothing is done but to read them (0.1 s).
// Below that, wasm-bindgen + wasm-opt hang on the hash of what the compiler made and brotli on the hash of each file, in
// <target>/site-cache, so that a new dependency of the server alone costs neither. No dependency but end2end's.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const target = resolve(process.env.CARGO_TARGET_DIR || 'target');
const site = join(target, 'site');
const cache = join(target, 'site-cache');
const modules = join(root, 'end2end', 'node_modules');
const fast = process.argv.includes('--fast');

const K = 1024;
/** Brotli bytes of wasm and script together. */
const BUNDLES = { phone: 300 * K, book: 300 * K, sheet: 300 * K, account: 300 * K, office: 700 * K };
/** Raw bytes of one hand-written script: hall pages carry no wasm and reach 3,000 phones over one Wi-Fi. */
const SCRIPT_LIMIT = 15 * K;
/** Style sheets with an entry of their own; main.css must be there, the others where a page needs them. */
const STYLES = ['main.css', 'print.css', 'hall.css', 'wall.css'];
/** The oldest engines that must show a page (信创 terminals, old phones); forms work there, wasm does not. */
const CSS_TARGETS = 'chrome 69, safari 13';
// One by one: with --all-features Chromium refuses the module and the page is silently dead.
const WASM_FEATURES = [
  'bulk-memory',
  'nontrapping-float-to-int',
  'sign-ext',
  'mutable-globals',
  'reference-types',
  'multivalue',
];
const BROTLI_QUALITY = fast ? 4 : 11;
const CARGO_PROFILE = fast ? 'quick' : 'wasm';

const sha = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
};
const kib = (bytes) => `${(bytes / K).toFixed(1)} K`;
const say = (text) => console.log(`assets: ${text}`);
const slashed = (path) => path.split(sep).join('/');

/** Every file below `dir`, sorted; hidden ones are an editor's. */
function walk(dir) {
  if (!fs.existsSync(dir)) return [];
  return fs
    .readdirSync(dir, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && !entry.name.endsWith('~'))
    .flatMap((entry) => (entry.isDirectory() ? walk(join(dir, entry.name)) : [join(dir, entry.name)]))
    .sort();
}

/** Runs a program to its end and gives its output where `quiet`; fails with what it said. */
function run(program, args, { quiet = false } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'] });
    const said = [];
    child.stdout?.on('data', (data) => said.push(data));
    child.stderr?.on('data', (data) => said.push(data));
    child.on('error', (error) => fail(new Error(`${program}: ${error.message}`)));
    child.on('close', (code) => {
      const text = Buffer.concat(said).toString();
      code === 0 ? done(text) : fail(new Error(`${program} ${args.join(' ')}: exit ${code}\n${text}`));
    });
  });
}

/** A folder that `make` fills once per key. Renamed into place when complete, so that an interrupted run leaves none. */
async function cached(key, make) {
  const dir = join(cache, key);
  if (fs.existsSync(dir)) {
    fs.utimesSync(dir, new Date(), new Date());
    return dir;
  }
  const draft = fs.mkdtempSync(join(cache, 'draft-'));
  await make(draft);
  fs.renameSync(draft, dir);
  return dir;
}

/** Drops what no run of the last two weeks asked for. */
function forgetOldWork() {
  const limit = Date.now() - 14 * 24 * 3600 * 1000;
  for (const name of fs.readdirSync(cache)) {
    const path = join(cache, name);
    if (fs.statSync(path).mtimeMs < limit) fs.rmSync(path, { recursive: true });
  }
}

const LOCKED_TOOLS = fs.readFileSync('end2end/package-lock.json');

async function inputHash() {
  const files = [
    ...['app', 'style', 'public'].flatMap(walk),
    'Cargo.lock',
    'Cargo.toml',
    '.ci/assets.mjs',
    '.cargo/config.toml',
    'end2end/package-lock.json',
  ].filter((file) => fs.existsSync(file));
  const rustc = await run('rustc', ['--version'], { quiet: true });
  const flags = ['RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'CARGO_BUILD_RUSTFLAGS'].map((name) => process.env[name] ?? '');
  return sha(CARGO_PROFILE, rustc, ...flags, ...files.flatMap((file) => [file, fs.readFileSync(file)]));
}

/** The wasm-bindgen of exactly the crate's version: ours, else the one on PATH. */
async function bindgen() {
  const version = /\nname = "wasm-bindgen"\nversion = "([^"]+)"/.exec(fs.readFileSync('Cargo.lock', 'utf8'))?.[1];
  for (const program of [join(target, 'tools', 'bin', 'wasm-bindgen'), 'wasm-bindgen']) {
    const said = await run(program, ['--version'], { quiet: true }).catch(() => '');
    if (version && said.trim() === `wasm-bindgen ${version}`) return { program, version };
  }
  throw new Error(`wasm-bindgen ${version} is missing; .ci/prepare.sh build makes it`);
}

async function compile(name) {
  const dir = join(target, 'wasm-build');
  const out = join(dir, 'wasm32-unknown-unknown', CARGO_PROFILE);
  // Both bundles are the same package with other features and share the file deps/web.wasm. Cargo looks at times, not at
  // content, and would take the other bundle's file for this one's.
  for (const file of ['web.wasm', 'deps/web.wasm']) fs.rmSync(join(out, file), { force: true });
  say(`compiling ${name}`);
  const profile = ['--profile', CARGO_PROFILE, '--target-dir', dir];
  const features = ['--no-default-features', '--features', name];
  const cargo = process.env.CARGO || 'cargo';
  await run(cargo, ['build', '-p', 'web', '--target', 'wasm32-unknown-unknown', ...profile, ...features]);
  return fs.readFileSync(join(out, 'web.wasm'));
}

/** Glue script, wasm and snippets of one bundle, in a folder. */
async function bundle(name, raw, tool) {
  const bind = ['--target', 'web', '--no-typescript', '--remove-producers-section', '--out-name', name];
  const shrink = ['-Oz', '--strip-debug', '--strip-producers', ...WASM_FEATURES.map((feature) => `--enable-${feature}`)];
  const key = sha('bundle', CARGO_PROFILE, tool.version, LOCKED_TOOLS, ...bind, ...shrink, raw);
  return cached(key, async (dir) => {
    const input = join(dir, 'input.wasm');
    fs.writeFileSync(input, raw);
    await run(tool.program, [input, ...bind, '--out-dir', dir], { quiet: true });
    fs.rmSync(input);
    if (fast) return;
    const wasm = join(dir, `${name}_bg.wasm`);
    const optimiser = join(modules, 'binaryen', 'bin', 'wasm-opt');
    await run(process.execPath, [optimiser, wasm, ...shrink, '-o', wasm], { quiet: true });
  });
}

/** The program inside lightningcss-cli's package for this machine: the package's own stub needs its install script. */
function lightningcss() {
  const packages = fs.readdirSync(modules).filter((name) => name.startsWith('lightningcss-cli-'));
  const programs = packages.map((name) => join(modules, name, 'lightningcss')).filter((path) => fs.existsSync(path));
  if (programs.length === 0) throw new Error('lightningcss is missing; .ci/prepare.sh build installs it');
  return programs[0];
}

/** One style sheet with its imports, lowered; `url(../public/NAME)` becomes the hashed path. */
async function style(name, urlOf) {
  const args = ['--bundle', '--minify', '--targets', CSS_TARGETS, join('style', name)];
  const css = await run(lightningcss(), args, { quiet: true });
  // Not lowered for Chromium 69, where every rule inside is dropped.
  if (css.includes('@layer')) throw new Error(`style/${name}: @layer is not understood by the oldest browsers`);
  return css.replace(/url\(["']?\.\.\/public\/([^"')]+)["']?\)/g, (_, file) => `url(${urlOf(file)})`);
}

/** Hand-written scripts run unchanged on Chromium 69: ES2017, said by a parser, and small. */
function checkScript(file, text, problems) {
  const { parse } = createRequire(join(modules, 'acorn', 'package.json'))('acorn');
  try {
    parse(text, { ecmaVersion: 2017, sourceType: file.endsWith('.mjs') ? 'module' : 'script' });
  } catch (error) {
    problems.push(`public/${file}: no ES2017 script: ${error.message}`);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > SCRIPT_LIMIT) problems.push(`public/${file}: ${kib(bytes)}, the limit is ${kib(SCRIPT_LIMIT)}`);
}

async function brotli(content) {
  const dir = await cached(sha('brotli', String(BROTLI_QUALITY), content), async (draft) => {
    const params = {
      [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    fs.writeFileSync(join(draft, 'br'), await promisify(zlib.brotliCompress)(content, { params }));
  });
  return fs.readFileSync(join(dir, 'br'));
}

async function build(stamp) {
  fs.mkdirSync(cache, { recursive: true });
  for (const name of fs.readdirSync(cache)) {
    if (name.startsWith('draft-')) fs.rmSync(join(cache, name), { recursive: true });
  }
  const tool = await bindgen();
  const problems = [];
  const manifest = {};
  const files = new Map();

  /** Puts one file on the site under a hashed name and into the manifest. */
  const add = (name, content) => {
    const { dir, name: stem, ext } = posix.parse(name);
    const path = posix.join('pkg', dir, `${stem}.${sha(content).slice(0, 12)}${ext}`);
    manifest[name] = `/${path}`;
    files.set(path, Buffer.from(content));
  };

  for (const path of walk('public')) {
    const name = slashed(relative('public', path));
    const content = fs.readFileSync(path);
    if (/\.m?js$/.test(name)) checkScript(name, content.toString(), problems);
    add(name, content);
  }
  const urlOf = (file) => {
    if (!manifest[file]) throw new Error(`a style sheet names public/${file}, which is not there`);
    return manifest[file];
  };
  const styles = STYLES.filter((name) => name === 'main.css' || fs.existsSync(join('style', name)));
  for (const name of styles) add(name, await style(name, urlOf));
  if (problems.length > 0) throw new Error(problems.join('\n'));

  // While the second bundle is linked on one core, the first is shrunk on the other.
  const made = {};
  const shrinking = [];
  for (const name of Object.keys(BUNDLES)) {
    const raw = await compile(name);
    const work = bundle(name, raw, tool).then((dir) => (made[name] = dir));
    work.catch(() => {});
    shrinking.push(work);
  }
  await Promise.all(shrinking);
  const parts = {};
  for (const [name, dir] of Object.entries(made)) {
    parts[name] = [];
    for (const path of walk(dir)) {
      const file = slashed(relative(dir, path));
      if (file.startsWith('snippets/')) {
        // The glue script imports these by relative path; the folder's name holds the crate's hash.
        files.set(`pkg/${file}`, fs.readFileSync(path));
        parts[name].push(`pkg/${file}`);
      } else {
        add(file, fs.readFileSync(path));
        parts[name].push(manifest[file].slice(1));
      }
    }
  }

  const packed = new Map();
  await Promise.all([...files].map(async ([path, content]) => packed.set(path, await brotli(content))));

  const sizes = { bundles: {}, others: {} };
  for (const [name, paths] of Object.entries(parts)) {
    sizes.bundles[name] = paths.reduce((sum, path) => sum + packed.get(path).length, 0);
  }
  for (const name of styles) sizes.others[name] = packed.get(manifest[name].slice(1)).length;
  const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
  publish(files, packed, `${JSON.stringify(sorted, null, 1)}\n`, { ...stamp, sizes });
  forgetOldWork();
  return sizes;
}

/** Writes the site beside the old one and swaps; an unchanged one keeps its times, so that the server is not rebuilt. */
function publish(files, packed, manifest, stamp) {
  const draft = `${site}.${process.pid}`;
  fs.rmSync(draft, { recursive: true, force: true });
  const write = (path, content) => {
    fs.mkdirSync(dirname(join(draft, path)), { recursive: true });
    fs.writeFileSync(join(draft, path), content);
  };
  for (const [path, content] of files) {
    write(path, content);
    write(`${path}.br`, packed.get(path));
  }
  write('manifest.json', manifest);
  const same = (a, b) => {
    const [left, right] = [walk(a), walk(b)];
    const equal = (path, i) => relative(a, path) === relative(b, right[i]) && sha(fs.readFileSync(path)) === sha(fs.readFileSync(right[i]));
    return left.length === right.length && left.every(equal);
  };
  if (same(draft, site)) {
    fs.rmSync(draft, { recursive: true });
  } else {
    fs.rmSync(site, { recursive: true, force: true });
    fs.renameSync(draft, site);
  }
  fs.writeFileSync(join(site, '.stamp.json'), JSON.stringify(stamp));
}

function report(sizes) {
  const over = [];
  for (const [name, limit] of Object.entries(BUNDLES)) {
    const bytes = sizes.bundles[name];
    say(`bundle ${name}: ${kib(bytes)} brotli, the limit is ${kib(limit)}`);
    if (bytes > limit) over.push(name);
  }
  say(Object.entries(sizes.others).map(([name, bytes]) => `${name}: ${kib(bytes)} brotli`).join(', '));
  if (over.length > 0) throw new Error(`above the budget: ${over.join(', ')}`);
}

function lastStamp() {
  try {
    return JSON.parse(fs.readFileSync(join(site, '.stamp.json'), 'utf8'));
  } catch {
    return {};
  }
}

try {
  const inputs = await inputHash();
  const last = lastStamp();
  const unchanged = last.inputs === inputs && fs.existsSync(join(site, 'manifest.json'));
  const sizes = unchanged ? last.sizes : await build({ inputs });
  if (unchanged) say('unchanged');
  if (!fast) report(sizes);
} catch (error) {
  console.error(`assets: ${error.message}`);
  process.exitCode = 1;
}
