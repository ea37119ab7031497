//! Temporary.
#[path = "../../benches/support/bare.rs"]
mod bare;
#[path = "../../benches/cluster/driver.rs"]
mod driver;
fn main() {
    driver::serve().expect("it serves");
}
