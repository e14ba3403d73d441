//! The steps of a long command: announced, timed, and summed up in one table.
//! A step that fails does not stop the next one, so that one run shows all.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// What happened to each step, in order.
#[derive(Default)]
pub struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: String,
    took: Duration,
    failure: Option<String>,
    closing: Vec<String>,
}

impl Steps {
    /// Runs one step and remembers its result. `work` returns the closing lines
    /// of the test runners it started, if any.
    pub fn run(&mut self, name: &str, work: impl FnOnce() -> Result<Vec<String>>) {
        println!("\n━━━ {name} ━━━");
        let start = Instant::now();
        let outcome = work();
        let took = start.elapsed();
        let (failure, closing) = match outcome {
            Ok(closing) => (None, closing),
            Err(error) => (Some(format!("{error:#}")), Vec::new()),
        };
        match &failure {
            None => println!("✔ {name} ({})", duration(took)),
            Some(why) => println!("✘ {name} ({}) : {why}", duration(took)),
        }
        self.done.push(Step {
            name: name.to_owned(),
            took,
            failure,
            closing,
        });
    }

    /// Prints the table.
    ///
    /// # Errors
    /// When at least one step failed.
    pub fn finish(self) -> Result<()> {
        print!("\n{}", self.table());
        let failed: Vec<&str> = self
            .done
            .iter()
            .filter(|s| s.failure.is_some())
            .map(|s| s.name.as_str())
            .collect();
        if !failed.is_empty() {
            bail!("Échec : {}", failed.join(", "));
        }
        println!("\nTout est vert.");
        Ok(())
    }

    fn table(&self) -> String {
        let width = self
            .done
            .iter()
            .map(|step| step.name.chars().count())
            .max()
            .unwrap_or(0);
        let mut table = String::new();
        for step in &self.done {
            let result = if step.failure.is_some() {
                "ÉCHEC"
            } else {
                "réussi"
            };
            let padding = " ".repeat(width - step.name.chars().count());
            table.push_str(&format!(
                "{}{padding}  {:>9}  {result}\n",
                step.name,
                duration(step.took)
            ));
            for line in &step.closing {
                table.push_str(&format!("    {line}\n"));
            }
            if let Some(why) = &step.failure {
                table.push_str(&format!("    {}\n", why.lines().next().unwrap_or("")));
            }
        }
        let total = self.done.iter().map(|step| step.took).sum();
        table.push_str(&format!("{:width$}  {:>9}\n", "Total", duration(total)));
        table
    }
}

/// A duration as people read it: « 4,2 s », « 3 min 05 s ».
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64()).replace('.', ",")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_lets_the_next_one_run_and_fails_the_whole() {
        let mut steps = Steps::default();
        steps.run("un", || bail!("cassé"));
        steps.run("deux", || {
            Ok(vec!["Summary [ 1s] 3 tests run: 3 passed".to_owned()])
        });
        let table = steps.table();
        assert!(
            table.contains("ÉCHEC") && table.contains("cassé") && table.contains("3 tests run")
        );
        assert!(steps.finish().is_err());
    }

    #[test]
    fn durations_are_french() {
        assert_eq!(duration(Duration::from_millis(4_200)), "4,2 s");
        assert_eq!(duration(Duration::from_secs(185)), "3 min 05 s");
    }
}
