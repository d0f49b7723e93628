//! A multipart form read whole: its fields and its one file. The body's limit is the route's (`policy`);
//! what a file may be and how large is the service's. Refuses names that the form does not have. Evidence
//! has a reader of its own: it asks whether the file is wanted before a byte of it is taken in.

use axum::{extract::Multipart, http::StatusCode, response::Response};

use super::{fields::Fields, reply};

/// A file as it was sent.
#[derive(Debug, Default)]
pub struct SentFile {
    /// What the browser calls it: somebody's text like any other.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// What a form with a file sent.
#[derive(Debug)]
pub struct UploadForm {
    /// Everything but the file.
    pub fields: Fields,
    /// The field `file`; none where no file was chosen.
    pub file: Option<SentFile>,
}

impl UploadForm {
    /// Reads a form of the fields `known`. `undone` ends the sentence of a refusal: 「没有导入」.
    ///
    /// # Errors
    /// The answer itself: the form did not come whole, is too large, or has a field that the page has not.
    pub async fn read(parts: &mut Multipart, known: &[&str], undone: &str) -> Result<Self, Response> {
        let refused = |words: String| reply::sorry(StatusCode::PAYLOAD_TOO_LARGE, &words);
        let broken = || refused(format!("文件没有传完整，或超过 20 MB，{undone}。请检查网络和文件大小后重新上传。"));
        let (mut pairs, mut file) = (Vec::new(), None);
        while let Some(field) = parts.next_field().await.map_err(|_| broken())? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                let name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(|_| broken())?.to_vec();
                file = Some(SentFile { name, bytes }).filter(|sent| !(sent.name.is_empty() && sent.bytes.is_empty()));
            } else {
                // No text holds a zero byte, and PostgreSQL takes none.
                let text = field.text().await.map_err(|_| broken())?.replace('\0', "");
                pairs.push((name, text));
            }
        }
        let fields = Fields::new(pairs);
        if fields.only(known).is_err() {
            return Err(refused(format!("表单里有本页没有的内容，{undone}。请刷新页面后重新上传。")));
        }
        Ok(Self { fields, file })
    }
}
