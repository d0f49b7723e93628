//! Login names, passwords, PINs and how long a wrong one makes the next wait.
//! Refuses hashing and storage; those are the server's.

use crate::Rejection;

/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 8;
/// Longest password that is looked at, in characters; nothing is ever truncated.
pub const PASSWORD_MAX: usize = 128;
/// Wrong attempts without any delay.
pub const FREE_ATTEMPTS: u32 = 5;
/// Longest delay, in seconds.
pub const LONGEST_DELAY: u32 = 900;
/// Wrong PINs after which a device must be bound anew: it takes the device
/// itself to get here, so nobody else can be locked out by it.
pub const PIN_ATTEMPTS: u32 = 10;

/// Passwords that every guesser tries first, and words of this house.
const COMMON: [&str; 44] = [
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "11111111",
    "00000000",
    "88888888",
    "66666666",
    "12341234",
    "11223344",
    "123123123",
    "1qaz2wsx",
    "qwertyui",
    "qwertyuiop",
    "asdfghjk",
    "password",
    "passw0rd",
    "password1",
    "p@ssw0rd",
    "p@ssword",
    "iloveyou",
    "woaini520",
    "woaini1314",
    "5201314520",
    "abc12345",
    "abcd1234",
    "a1234567",
    "a12345678",
    "aa123456",
    "qq123456",
    "zxcvbnm1",
    "admin123",
    "admin1234",
    "admin888",
    "administrator",
    "letmein1",
    "welcome1",
    "changeme",
    "wuze1234",
    "wuze2026",
    "wuzelian",
    "jiwei123",
    "jiwei2026",
    "test1234",
];

/// Seconds to wait after `failures` wrong attempts in a row: 5 are free, then 1, 2, 4 … 900.
pub fn delay_seconds(failures: u32) -> u32 {
    match failures.checked_sub(FREE_ATTEMPTS) {
        None => 0,
        Some(n) if n >= 10 => LONGEST_DELAY,
        Some(n) => (1 << n).min(LONGEST_DELAY),
    }
}

/// A login name as it is stored and compared.
pub fn login_key(login: &str) -> String {
    login.trim().to_lowercase()
}

/// A new login name: 3 to 32 small letters, digits, dot or dash.
pub fn check_login(login: &str) -> Result<String, Rejection> {
    let login = login_key(login);
    let good = (3..=32).contains(&login.len())
        && login.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
        && login.starts_with(|c: char| c.is_ascii_alphanumeric());
    if good {
        Ok(login)
    } else {
        Err(Rejection::field(
            "login",
            "账号名只能用 3 到 32 个小写字母、数字、点或横线，以字母或数字开头。请改写后再提交。",
        ))
    }
}

/// A new password of `login`. `strict` is the 等保三级 preset (three of four kinds of signs).
pub fn check_password(login: &str, password: &str, again: &str, strict: bool) -> Result<(), Rejection> {
    let no = |words: &str| Err(Rejection::field("password", words));
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return no("密码太短，还没有保存。请至少用 8 个字符，用一句话更好记。");
    }
    if length > PASSWORD_MAX {
        return no("密码超过 128 个字符，还没有保存。请缩短一些。");
    }
    let lower = password.to_lowercase();
    if lower == login_key(login) || (login.len() >= 4 && lower.contains(&login_key(login))) {
        return no("密码里含有账号名，容易被猜到，还没有保存。请换一个。");
    }
    if COMMON.contains(&lower.as_str()) || is_run(&lower) {
        return no("这个密码太常见，容易被猜到，还没有保存。请换一个，用一句话更好记。");
    }
    if strict && classes(password) < 3 {
        return no("按本区要求，密码须含大写字母、小写字母、数字、符号中的三类，还没有保存。请补上后再提交。");
    }
    if password != again {
        return Err(Rejection::field("again", "两次输入的密码不一样，还没有保存。请重新输入。"));
    }
    Ok(())
}

/// A new six-digit PIN.
pub fn check_pin(pin: &str, again: &str) -> Result<(), Rejection> {
    if pin.len() != 6 || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Rejection::field("pin", "密码须是六位数字，还没有保存。请重新输入。"));
    }
    let halves = pin[..3] == pin[3..];
    let pairs = pin[..2] == pin[2..4] && pin[2..4] == pin[4..];
    if is_run(pin) || halves || pairs {
        return Err(Rejection::field("pin", "这个密码太简单（连号或重复），还没有保存。请换六位不连续的数字。"));
    }
    if pin != again {
        return Err(Rejection::field("again", "两次输入的密码不一样，还没有保存。请重新输入。"));
    }
    Ok(())
}

/// All the same sign, or every sign one above or one below the one before.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    [-1, 0, 1].into_iter().any(|step| codes.windows(2).all(|w| w[1] - w[0] == step))
}

fn classes(password: &str) -> u32 {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    kinds.iter().map(|kind| u32::from(password.chars().any(kind))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_after_five_and_stops_at_a_quarter_of_an_hour() {
        assert_eq!([4, 5, 6, 7, 14, 15, 4_000_000].map(delay_seconds), [0, 1, 2, 4, 512, 900, 900]);
    }

    #[test]
    fn guessable_passwords_are_refused_in_words() {
        for bad in ["short", "12345678", "abcdefgh", "zzzzzzzzz", "Passw0rd", "kong.yifan2026"] {
            assert!(check_password("kong.yifan", bad, bad, false).is_err(), "{bad}");
        }
        assert!(check_password("kong.yifan", "西桥的桂花开了三次", "西桥的桂花开了三次", false).is_ok());
        assert!(check_password("kong.yifan", "guihuakaile", "guihuakaile", true).is_err());
        assert!(check_password("kong.yifan", "Guihua-kai-3", "Guihua-kai-3", true).is_ok());
        assert_eq!(check_password("a", "guihuakaile", "guihuakai", false).unwrap_err().field_name(), Some("again"));
    }

    #[test]
    fn simple_pins_are_refused() {
        for bad in ["123456", "654321", "000000", "121212", "123123", "12345", "12345a", "１２３４５６"] {
            assert!(check_pin(bad, bad).is_err(), "{bad}");
        }
        assert!(check_pin("204817", "204817").is_ok());
    }

    #[test]
    fn logins_are_small_and_plain() {
        assert_eq!(check_login(" Kong.Yifan ").unwrap(), "kong.yifan");
        for bad in ["ab", "孔一帆", "a b c", "-abc", "a/b"] {
            assert!(check_login(bad).is_err(), "{bad}");
        }
    }
}
