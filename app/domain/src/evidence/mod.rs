//! 佐证材料: which files may stand beside a record, what they are called, how large they may be,
//! and how much room there is. Refuses to read files, to count them, and to ask for any.

mod active;
mod kind;
mod name;
mod office;
mod pdf;
mod picture;
pub mod pixels;
mod recognise;
mod room;

pub use active::{field_is_harmless, formula_acts, formula_leads_out};
pub use kind::Kind;
pub use name::clean_name;
pub use office::{Related, Typed, package};
pub use pdf::pdf_acts;
pub use picture::{Held, Orientation, THUMB_SIDE, check_pixels, exif_orientation, stored_size, within};
pub use recognise::{HEAD, Sent, TAIL, Unfit, recognise};
pub use room::{ACCOUNT_UPLOADS, CHUNK, FILE_MAX, Room, UPLOAD_DAYS, check_size};

#[cfg(test)]
mod tests;
