//! Puts a text into a file so that there is always a whole file: the text is written beside it, brought to the disk, and
//! then takes its name. Permissions stay; a link is followed to a file in its own folder tree and nowhere else.

use super::args::Show;
use super::output::wrong;
use crate::scenario;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Why a file was not written.
enum Refusal {
    /// The system's reason.
    System(io::Error),
    /// A link that leads out of its folder: where to.
    Leads(PathBuf),
    /// A scenario is there, and what was to be written is none.
    Scenario,
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// Replaces a file by a new version of itself.
pub fn replace(path: &Path, text: &str, show: &Show) -> Option<()> {
    said(path, place(path).and_then(|place| put(&place, text)), show)
}

/// Writes an answer to the file that `--out` names. A scenario is never written over.
pub fn answer(path: &Path, text: &str, show: &Show) -> Option<()> {
    let written = place(path)
        .and_then(|place| if begins_a_scenario(&place) { Err(Refusal::Scenario) } else { put(&place, text) });
    said(path, written, show)
}

fn said(path: &Path, written: Result<(), Refusal>, show: &Show) -> Option<()> {
    let refusal = match written {
        Ok(()) => return Some(()),
        Err(refusal) => refusal,
    };
    let name = path.display();
    match refusal {
        Refusal::System(error) => {
            wrong(show, &format!("{name} に書けない: {error}"), &format!("cannot write `{name}`: {error}"))
        }
        Refusal::Leads(to) => {
            let to = to.display();
            wrong(
                show,
                &format!(
                    "{name} はフォルダーの外の {to} へのリンクなので書かない。書きたいファイルそのものを指す"
                ),
                &format!("`{name}` is a link out of its folder, to `{to}`; name the file itself"),
            )
        }
        Refusal::Scenario => wrong(
            show,
            &format!("{name} は scenario なので上書きしない。--out に別の名前を書く"),
            &format!("`{name}` is a scenario and is not written over; give --out another name"),
        ),
    }
}

/// Where the text really goes: the file itself, or what a link in the same folder tree leads to.
fn place(path: &Path) -> Result<PathBuf, Refusal> {
    let linked = fs::symlink_metadata(path).is_ok_and(|data| data.file_type().is_symlink());
    if !linked || fs::metadata(path).is_ok_and(|data| !data.is_file()) {
        return Ok(path.to_owned());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(parent)?;
    let place = match fs::canonicalize(path) {
        Ok(place) => place,
        // A link to nothing yet: what it says, one step far.
        Err(_) => folder.join(fs::read_link(path)?),
    };
    let inside = place.starts_with(&folder) && !place.components().any(|part| part.as_os_str() == "..");
    if inside { Ok(place) } else { Err(Refusal::Leads(place)) }
}

/// Whether a file is there whose text begins as a scenario does.
fn begins_a_scenario(path: &Path) -> bool {
    if !fs::metadata(path).is_ok_and(|data| data.is_file()) {
        return false;
    }
    // The places of the boxes of a scenario that stands beside.
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if let Some(beside) = name.strip_suffix(".layout.toml")
        && path.with_file_name(format!("{beside}.toml")).is_file()
    {
        return true;
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(super::input::LARGEST).read_to_end(&mut bytes));
    read.is_ok() && scenario::looks_like_one(&String::from_utf8_lossy(&bytes))
}

/// Writes beside, brings to the disk, renames. What is no plain file (a terminal, a pipe, `/dev/null`) is written to as it
/// is.
fn put(path: &Path, text: &str) -> Result<(), Refusal> {
    let there = fs::metadata(path).ok();
    if there.as_ref().is_some_and(waits) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a pipe, a socket or a disk").into());
    }
    if there.as_ref().is_some_and(|data| !data.is_file() && !data.is_dir()) {
        let mut file = OpenOptions::new().write(true).open(path)?;
        return Ok(file.write_all(text.as_bytes()).and_then(|()| file.flush())?);
    }
    if there.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    if there.as_ref().is_some_and(|data| data.permissions().readonly()) {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
    }
    let (beside, mut file) = beside(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| there.map_or(Ok(()), |data| file.set_permissions(data.permissions())))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    Ok(written?)
}

/// What is neither a plain file nor a device like a terminal: a pipe would wait for its reader.
#[cfg(unix)]
fn waits(data: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = data.file_type();
    kind.is_fifo() || kind.is_socket() || kind.is_block_device()
}

#[cfg(not(unix))]
fn waits(_: &fs::Metadata) -> bool {
    false
}

/// A new file in the same folder, under a name that nobody has.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let own = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    for number in 0..100 {
        let mut name = OsString::from(".");
        name.push(own);
        name.push(format!(".{}-{number}.new", std::process::id()));
        let beside = path.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
