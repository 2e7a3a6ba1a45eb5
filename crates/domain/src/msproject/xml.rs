//! XML as small trees, one for each entry of the file's lists, so that a large file never stands in memory as a whole.

use std::borrow::Cow;

use quick_xml::{Reader, events::Event, name::QName};

use super::Unreadable;

/// The deepest of MS Project's elements lie eight deep.
const DEEPEST: usize = 32;

/// An element without its attributes, which these files do not use.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of a child; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }
}

/// Tells every entry of the lists with its list, and what stands in no list without one.
pub(super) fn entries(bytes: &[u8], lists: &[&str], mut tell: impl FnMut(&str, Element)) -> Result<(), Unreadable> {
    let text = decoded(bytes);
    let mut reader = Reader::from_str(&text);
    let mut in_project = false;
    let mut list = String::new();
    loop {
        let event = reader.read_event().map_err(|_| Unreadable::NotXml { at: reader.error_position() })?;
        match event {
            Event::Start(start) => {
                let name = local(start.name());
                if !in_project {
                    if name != "Project" {
                        return Err(Unreadable::NotAProject);
                    }
                    in_project = true;
                } else if list.is_empty() && lists.contains(&name.as_str()) {
                    list = name;
                } else {
                    let element = element(&mut reader, name, 0)?;
                    tell(&list, element);
                }
            }
            // Empty ones have nothing to tell.
            Event::Empty(start) if !in_project && local(start.name()) != "Project" => {
                return Err(Unreadable::NotAProject);
            }
            Event::End(_) if !list.is_empty() => list.clear(),
            Event::End(_) => return Ok(()),
            Event::Eof if in_project => return Err(Unreadable::NotXml { at: reader.buffer_position() }),
            Event::Eof => return Err(Unreadable::NotAProject),
            _ => {}
        }
    }
}

fn element(reader: &mut Reader<&[u8]>, name: String, depth: usize) -> Result<Element, Unreadable> {
    if depth > DEEPEST {
        return Err(Unreadable::TooDeep { at: reader.buffer_position() });
    }
    let mut element = Element { name, ..Element::default() };
    loop {
        let event = reader.read_event().map_err(|_| Unreadable::NotXml { at: reader.error_position() })?;
        let broken = |at: u64| Unreadable::NotXml { at };
        let at = reader.buffer_position();
        match event {
            Event::Start(start) => {
                let name = local(start.name());
                element.children.push(self::element(reader, name, depth + 1)?);
            }
            Event::Empty(start) => {
                element.children.push(Element { name: local(start.name()), ..Element::default() });
            }
            Event::Text(text) => element.text.push_str(&text.decode().map_err(|_| broken(at))?),
            Event::CData(text) => element.text.push_str(&text.decode().map_err(|_| broken(at))?),
            Event::GeneralRef(reference) => {
                let letter = reference.resolve_char_ref().map_err(|_| broken(at))?;
                let name = reference.decode().map_err(|_| broken(at))?;
                let known = || quick_xml::escape::resolve_predefined_entity(&name);
                match letter {
                    Some(letter) => element.text.push(letter),
                    None => element.text.push_str(known().ok_or(broken(at))?),
                }
            }
            Event::End(_) => {
                // White space around children is the file's lay-out.
                if !element.children.is_empty() {
                    element.text.clear();
                }
                return Ok(element);
            }
            Event::Eof => return Err(broken(at)),
            _ => {}
        }
    }
}

fn local(name: QName<'_>) -> String {
    String::from_utf8_lossy(name.local_name().as_ref()).into_owned()
}

/// UTF-8, or UTF-16 where the file begins with its mark.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    encoding_rs::UTF_8.decode(bytes).0
}
