//! The accessibility check: axe-core looks at the page and its frames.

use std::path::Path;

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::driver::Stage;

/// Where `./test` puts axe-core.
const SCRIPT: &str = "../../target/axe-core/package/axe.min.js";

impl Stage {
    /// Looks at the page as it is, keeps a picture, and refuses anything that axe calls serious or critical.
    pub async fn inspect(&self, page: &str) -> WebDriverResult<()> {
        self.picture(page).await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCRIPT);
        let axe = std::fs::read_to_string(&path).expect("axe-core is in the target folder: ./test puts it there");
        let run = format!(
            "{axe};\nconst done = arguments[arguments.length - 1];\n\
             axe.run({{ resultTypes: ['violations'] }}).then(found => done(found.violations), error => done(String(error)));"
        );
        let found = self.driver.execute_async(run, Vec::new()).await?;
        let violations = found.json().as_array().unwrap_or_else(|| panic!("axe failed: {:?}", found.json()));
        let serious: Vec<String> = violations.iter().filter(|v| is_serious(v)).map(describe).collect();
        assert!(serious.is_empty(), "{page} of {}: {serious:#?}", self.journey);
        Ok(())
    }
}

fn is_serious(violation: &Value) -> bool {
    matches!(violation["impact"].as_str(), Some("serious" | "critical"))
}

fn describe(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let places: Vec<&str> = nodes.iter().filter_map(|node| node["html"].as_str()).take(3).collect();
    format!("{}: {} at {places:?}", violation["id"], violation["help"])
}
