//! The accessibility check: axe-core looks at the page, and at each frame in it.

use std::path::Path;

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::driver::Stage;
use crate::steps::again;

/// Where `./test` puts axe-core.
const SCRIPT: &str = "../../target/axe-core/package/axe.min.js";

/// Frames are entered and looked at one by one: axe cannot speak to those of another origin from outside.
const RUN: &str = "const done = arguments[arguments.length - 1];
                   axe.run({ resultTypes: ['violations'], iframes: false })
                      .then(found => done(found.violations), error => done(String(error)));";

impl Stage {
    /// Looks at the page as it is, keeps a picture, and refuses whatever axe calls a violation.
    pub async fn inspect(&self, page: &str) -> WebDriverResult<()> {
        self.picture(page).await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCRIPT);
        let axe = std::fs::read_to_string(&path).expect("axe-core is in the target folder: ./test puts it there");
        let mut violations = self.violations(&axe).await?;
        for frame in 0..self.driver.find_all(By::Tag("iframe")).await?.len() {
            self.enter_frame(frame).await?;
            violations.extend(self.violations(&axe).await?);
            self.driver.enter_default_frame().await?;
        }
        assert!(violations.is_empty(), "{page} of {}: {violations:#?}", self.journey);
        Ok(())
    }

    async fn enter_frame(&self, number: usize) -> WebDriverResult<()> {
        again(async || self.driver.find_all(By::Tag("iframe")).await?[number].clone().enter_frame().await).await?;
        self.see("main").await.map(|_| ())
    }

    /// What axe holds against the document.
    async fn violations(&self, axe: &str) -> WebDriverResult<Vec<String>> {
        let found = self.driver.execute_async(format!("{axe};\n{RUN}"), Vec::new()).await?;
        let violations = found.json().as_array().unwrap_or_else(|| panic!("axe failed: {:?}", found.json()));
        Ok(violations.iter().map(describe).collect())
    }
}

fn describe(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let places: Vec<&str> = nodes.iter().filter_map(|node| node["html"].as_str()).take(3).collect();
    format!("{} ({}): {} at {places:?}", violation["id"], violation["impact"], violation["help"])
}
