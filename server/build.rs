//! Embeds the browser assets that `.ci/assets.mjs` wrote. Owns the generated `assets.rs`; refuses to make any asset itself.
//!
//! `assets.rs` (in `OUT_DIR`) holds two sorted tables:
//! `ASSETS` — URL path, content type, bytes as they are, bytes in brotli — and
//! `MANIFEST` — name in the source tree (`phone.js`), URL path with the content hash (`/pkg/phone.0123abcd.js`).
//! Both are empty where no assets were built: a server for the tests of a rule needs none.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=WUZE_SITE_DIR");
    // sqlx embeds the migrations through a macro, and a macro cannot tell cargo of a new file.
    if Path::new("migrations").is_dir() {
        println!("cargo:rerun-if-changed=migrations");
    }

    let site = site_dir()?;
    let manifest_file = site.join("manifest.json");
    if !manifest_file.is_file() {
        // Cargo takes a watched file that is missing for changed and would compile the server on every call.
        fs::create_dir_all(&site)?;
        fs::write(&manifest_file, "{}\n")?;
    }
    println!("cargo:rerun-if-changed={}", manifest_file.display());

    let manifest = pairs(&fs::read_to_string(&manifest_file)?)?;
    let mut files = Vec::new();
    collect(&site, &mut files)?;
    files.sort();

    let mut out = String::from(
        "/// URL path, content type, bytes as they are, bytes in brotli (quality 11); sorted by path.\n\
         pub static ASSETS: &[(&str, &str, &[u8], &[u8])] = &[\n",
    );
    for file in &files {
        let url = url_path(&site, file)?;
        let kind = content_type(file)?;
        let path = file.to_str().ok_or("the path of the assets is not UTF-8")?;
        let brotli = format!("{path}.br");
        writeln!(out, "    ({url:?}, {kind:?}, include_bytes!({path:?}), include_bytes!({brotli:?})),")?;
    }
    out.push_str(
        "];\n\n/// Name in the source tree and URL path with its content hash; sorted by name.\n\
         pub static MANIFEST: &[(&str, &str)] = &[\n",
    );
    for (name, url) in &manifest {
        writeln!(out, "    ({name:?}, {url:?}),")?;
    }
    out.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("assets.rs"), out)?;
    Ok(())
}

/// `WUZE_SITE_DIR`, else `site` in cargo's target folder.
fn site_dir() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(dir) = env::var_os("WUZE_SITE_DIR") {
        return Ok(fs::canonicalize(dir)?);
    }
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let workspace = package.parent().ok_or("the server package has no parent folder")?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    Ok(workspace.join(target).join("site"))
}

/// Every file to serve below `dir`: not the manifest, nor the brotli twin of another file, nor hidden files.
fn collect(dir: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let twin = path.extension().is_some_and(|extension| extension == "br");
        if path.is_dir() {
            collect(&path, into)?;
        } else if !(twin || name.starts_with('.') || name == "manifest.json") {
            into.push(path);
        }
    }
    Ok(())
}

fn url_path(site: &Path, file: &Path) -> Result<String, Box<dyn Error>> {
    let mut url = String::new();
    for part in file.strip_prefix(site)?.components() {
        let part = part.as_os_str().to_str().ok_or("an asset's name is not UTF-8")?;
        url.push('/');
        url.push_str(part);
    }
    Ok(url)
}

/// A kind that is not listed stops the build: served as `application/octet-stream` it would fail in the browser only.
fn content_type(file: &Path) -> Result<&'static str, String> {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    Ok(match extension {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => {
            return Err(format!("{}: no content type is known for this kind of asset", file.display()));
        }
    })
}

/// Reads one flat JSON object of plain strings, the only shape `.ci/assets.mjs` writes. A JSON crate would be compiled a
/// second time for the build script.
fn pairs(json: &str) -> Result<Vec<(String, String)>, String> {
    let wrong = || format!("manifest.json is not a flat object of plain strings: {json}");
    if json.contains('\\') {
        return Err(wrong());
    }
    let strings: Vec<&str> = json.split('"').skip(1).step_by(2).collect();
    let (found, rest) = strings.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(wrong());
    }
    let mut found: Vec<_> = found.iter().map(|[name, url]| ((*name).to_owned(), (*url).to_owned())).collect();
    found.sort();
    Ok(found)
}
