//! A row that is an option of a field of choice, such as a product.

use crate::import::{
    cells::Cells,
    engine::{Draft, Engine, Verdict},
};
use domain::{
    change::{Delta, Target},
    command::Command,
    field::FieldType,
    record::Kind,
    refusal::{Refusal, Rule},
};
use serde_json::json;

impl Engine {
    pub fn option(&mut self, cells: &mut Cells) -> Option<Draft> {
        let column = self.found.custom.first()?.clone();
        let Some(option) = cells.name(Some(&column.at)) else {
            let problem = self.problem(cells, Refusal::invalid("options", Rule::Required));
            cells.problems.push(problem);
            return None;
        };
        let field = self.view.fields.get(&column.field)?;
        let FieldType::Choice { options } = &field.field_type else { return None };
        let extended: Vec<&str> = options.iter().map(String::as_str).chain([option]).collect();
        let delta = Delta { before: json!(options), after: json!(extended) };
        let command = Command::set(Target::new(Kind::Field, field.id), "options", delta);
        let is_new = !options.iter().any(|known| known == option);
        Some(Draft::new(Verdict::Created, is_new.then_some(command)))
    }
}
