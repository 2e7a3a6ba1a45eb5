//! Saving a chart: as it is drawn, with the colours of the theme that is shown, or its table.

use domain::import::export::{BYTE_ORDER_MARK, write_row};
use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What the style sheet gives a drawing: a file has no style sheet.
const STYLES: [&str; 9] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "font-size",
    "font-family",
    "font-weight",
    "text-anchor",
];

/// So many points of a picture for each of the drawing's.
const SHARPNESS: f64 = 2.0;

const SVG: &str = "http://www.w3.org/2000/svg";

type Drawn = NodeRef<html::Div>;

pub fn csv(rows: &[Vec<String>], file: &str) {
    let mut text = BYTE_ORDER_MARK.to_owned();
    for row in rows {
        write_row(&mut text, row.iter().map(String::as_str));
    }
    let _ = download(&data("text/csv", &text), &format!("{file}.csv"));
}

pub fn svg(drawn: Drawn, file: &str) {
    if let Ok((text, ..)) = drawing(drawn) {
        let _ = download(&data("image/svg+xml", &text), &format!("{file}.svg"));
    }
}

pub fn png(drawn: Drawn, file: &'static str) {
    spawn_local(async move {
        let _ = picture(drawn, file).await;
    });
}

fn data(kind: &str, text: &str) -> String {
    format!("data:{kind};charset=utf-8,{}", js_sys::encode_uri_component(text))
}

fn download(href: &str, name: &str) -> Result<(), JsValue> {
    let link: web_sys::HtmlElement = document().create_element("a")?.unchecked_into();
    link.set_attribute("href", href)?;
    link.set_attribute("download", name)?;
    document().body().ok_or(JsValue::NULL)?.append_child(&link)?;
    link.click();
    link.remove();
    Ok(())
}

/// The drawings of the chart with their styles, one below the other, and their size.
fn drawing(drawn: Drawn) -> Result<(String, f64, f64), JsValue> {
    let drawn = drawn.get_untracked().ok_or(JsValue::NULL)?;
    let whole = document().create_element_ns(Some(SVG), "svg")?;
    let (mut width, mut height) = (0.0_f64, 0.0);
    let all = drawn.query_selector_all("svg")?;
    for svg in (0..all.length()).filter_map(|at| all.item(at)) {
        let svg: web_sys::Element = svg.unchecked_into();
        let clone: web_sys::Element = svg.clone_node_with_deep(true)?.unchecked_into();
        let (parts, clones) = (svg.query_selector_all("*")?, clone.query_selector_all("*")?);
        for at in 0..parts.length() {
            if let (Some(from), Some(to)) = (parts.item(at), clones.item(at)) {
                style(from.unchecked_ref(), to.unchecked_ref())?;
            }
        }
        let view_box = svg.get_attribute("viewBox").unwrap_or_default();
        let sizes: Vec<f64> = view_box.split(' ').filter_map(|part| part.parse().ok()).collect();
        let [_, _, across, down] = sizes[..] else { continue };
        clone.set_attribute("y", &height.to_string())?;
        clone.set_attribute("width", &across.to_string())?;
        clone.set_attribute("height", &down.to_string())?;
        whole.append_child(&clone)?;
        width = width.max(across);
        height += down;
    }
    whole.set_attribute("viewBox", &format!("0 0 {width} {height}"))?;
    whole.set_attribute("width", &width.to_string())?;
    whole.set_attribute("height", &height.to_string())?;
    let text = web_sys::XmlSerializer::new()?.serialize_to_string(&whole)?;
    Ok((text, width, height))
}

fn style(from: &web_sys::Element, to: &web_sys::Element) -> Result<(), JsValue> {
    let Some(computed) = window().get_computed_style(from)? else { return Ok(()) };
    let mut text = String::new();
    for name in STYLES {
        let value = computed.get_property_value(name)?;
        if !value.is_empty() {
            text.push_str(&format!("{name}:{value};"));
        }
    }
    to.set_attribute("style", &text)
}

async fn picture(drawn: Drawn, file: &str) -> Result<(), JsValue> {
    let (text, width, height) = drawing(drawn)?;
    paint(&text, width, height, file).await
}

/// Saves a drawing of this size, whose colours stand in it, as a picture.
pub async fn paint(text: &str, width: f64, height: f64, file: &str) -> Result<(), JsValue> {
    let image = web_sys::HtmlImageElement::new()?;
    image.set_src(&data("image/svg+xml", text));
    JsFuture::from(image.decode()).await?;
    let canvas: web_sys::HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred points")]
    let points = |length: f64| (length * SHARPNESS) as u32;
    canvas.set_width(points(width));
    canvas.set_height(points(height));
    let context: web_sys::CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
    // The page's ground: letters of a dark theme cannot be read on nothing.
    if let Some(page) = document().get_element_by_id("main")
        && let Some(computed) = window().get_computed_style(&page)?
    {
        context.set_fill_style_str(&computed.get_property_value("background-color")?);
        context.fill_rect(0.0, 0.0, width * SHARPNESS, height * SHARPNESS);
    }
    context.draw_image_with_html_image_element_and_dw_and_dh(
        &image,
        0.0,
        0.0,
        width * SHARPNESS,
        height * SHARPNESS,
    )?;
    download(&canvas.to_data_url()?, &format!("{file}.png"))
}
