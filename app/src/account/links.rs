//! Addresses that people typed, as links that do no harm.

use std::fmt::Write as _;

/// The web address to open; `None` where the text is none. Only `http` and `https`, so that no script can hide in it.
pub fn website(text: &str) -> Option<String> {
    let text = text.trim();
    let bad = |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '"' | '<' | '>' | '\\');
    if text.is_empty() || text.chars().any(bad) {
        return None;
    }
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => Some(text.to_owned()),
        Some(_) => None,
        // Without a scheme it must look like a host, and a colon can only part it from its port.
        None => {
            let host = text.split(['/', '?', '#']).next().unwrap_or_default();
            let (name, port) = host.split_once(':').unwrap_or((host, "80"));
            let is_host = name.contains('.') && !name.starts_with('.') && !name.ends_with('.') && !name.contains('@');
            (is_host && port.bytes().all(|byte| byte.is_ascii_digit())).then(|| format!("https://{text}"))
        }
    }
}

/// Where a postal address lies: on the map that people use there. `None` where nothing is written.
pub fn map(text: &str, is_chinese: bool) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return None;
    }
    let escaped: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    Some(if is_chinese {
        format!("https://uri.amap.com/search?keyword={escaped}")
    } else {
        format!("https://www.openstreetmap.org/search?query={escaped}")
    })
}

/// The number to dial: its digits, with the plus of a country before them.
pub fn dial(text: &str) -> Option<String> {
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plus = if text.starts_with(['+', '＋']) { "+" } else { "" };
    (digits.len() >= 3).then(|| format!("tel:{plus}{digits}"))
}

/// The address to write to. What has a meaning of its own in a link is escaped, so that only a recipient can be given.
pub fn mail(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, host) = text.split_once('@')?;
    if local.is_empty() || host.is_empty() || text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return None;
    }
    let mut link = "mailto:".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"@.-_+".contains(&byte) {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
    }
    Some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(website(text).as_deref(), expected, "{text}");
        check("https://example.com/a?b=c", Some("https://example.com/a?b=c"));
        check(" HTTP://example.com ", Some("HTTP://example.com"));
        check("www.例子.cn/关于", Some("https://www.例子.cn/关于"));
        check("example.com:8080", Some("https://example.com:8080"));
        for wrong in [
            "javascript:alert(1)",
            "javascript://example.com/%0aalert(1)",
            "data:text/html,x",
            "java\nscript:alert(1)",
            "mailto:a@b.c",
            "a@b.c",
            "none yet",
            "无",
            "",
            "ftp://example.com",
            "https://exa mple.com",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn an_address_is_looked_for_as_it_is_written() {
        let check = |text: &str, is_chinese: bool, expected: Option<&str>| {
            assert_eq!(map(text, is_chinese).as_deref(), expected, "{text}");
        };
        check("1 High St\nYork & Co", false, Some("https://www.openstreetmap.org/search?query=1+High+St+York+%26+Co"));
        check("南京路 1", true, Some("https://uri.amap.com/search?keyword=%E5%8D%97%E4%BA%AC%E8%B7%AF+1"));
        check(" \n", true, None);
    }

    #[test]
    fn numbers_are_dialled_and_recipients_stay_alone() {
        assert_eq!(dial("+86 (21) 5555-0101").as_deref(), Some("tel:+862155550101"));
        assert_eq!(dial("分机 8"), None);
        assert_eq!(mail("li.min@example.cn").as_deref(), Some("mailto:li.min@example.cn"));
        assert_eq!(mail("a@b.c?bcc=x@y.z").as_deref(), Some("mailto:a@b.c%3Fbcc%3Dx@y.z"));
        assert_eq!(mail("nobody"), None);
        assert_eq!(mail("a b@c.d"), None);
    }
}
