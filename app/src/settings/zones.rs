//! Time zones: the names that are suggested, and whether a name is one.

use js_sys::{Array, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Suggested; any other IANA name is accepted as well.
pub const COMMON: [&str; 38] = [
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Urumqi",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Bangkok",
    "Asia/Ho_Chi_Minh",
    "Asia/Jakarta",
    "Asia/Manila",
    "Asia/Kuala_Lumpur",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Asia/Riyadh",
    "Asia/Jerusalem",
    "Australia/Sydney",
    "Australia/Perth",
    "Pacific/Auckland",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Zurich",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Africa/Cairo",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "America/Sao_Paulo",
    "America/Mexico_City",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Toronto",
    "UTC",
];

/// The zone that was meant, in its own spelling; `None` where there is none of this name. Only in the browser, which
/// knows the zones; the server takes UTC for a name that it does not know.
pub fn find(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if let Some(common) = COMMON.iter().find(|name| name.eq_ignore_ascii_case(typed)) {
        return Some((*common).to_owned());
    }
    // An offset such as +08:00 is accepted by some browsers and is no zone.
    if !typed.contains('/') {
        return None;
    }
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("timeZone"), &JsValue::from_str(typed)).ok()?;
    let intl = Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    let constructor: Function = Reflect::get(&intl, &JsValue::from_str("DateTimeFormat")).ok()?.unchecked_into();
    let arguments = Array::of2(&JsValue::from_str("en"), &options);
    // An unknown name throws; constructed by reflection, that is an error here.
    let format = Reflect::construct(&constructor, &arguments).ok()?;
    let resolved = format.unchecked_into::<Intl::DateTimeFormat>().resolved_options();
    let own = Reflect::get(&resolved, &JsValue::from_str("timeZone")).ok()?.as_string()?;
    // Browsers resolve a name to the older one of the same place; what was typed is kept unless only letters differ.
    Some(if own.eq_ignore_ascii_case(typed) { own } else { typed.to_owned() })
}
