//! A release embeds `assets/`: it is built again when a file there changes.
//! Nothing is fetched here; `cargo xtask assets` does that.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A development build reads the files as they are served.
    if std::env::var("PROFILE").as_deref() != Ok("release") {
        return;
    }
    println!("cargo:rerun-if-changed=assets");
    if !std::path::Path::new("assets/vendor/maplibre-gl.mjs").exists() {
        println!(
            "cargo:warning=Sans « cargo xtask assets », la carte restera une liste et un dessin."
        );
    }
}
