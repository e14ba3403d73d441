//! Which addresses a webhook may have: HTTPS on the public Internet. A name is
//! resolved when it is called, and the connection goes to the very address
//! that was checked: a name that changes its mind in between gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::http::Uri;

/// A checked address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adresse {
    pub hote: String,
    pub port: u16,
    /// Path and query.
    pub chemin: String,
}

const HTTPS: &str = "Donnez une adresse qui commence par https://, sans nom d'utilisateur.";
const PUBLIQUE: &str = "Donnez une adresse que l'on atteint depuis Internet.";

/// Reads an address.
///
/// # Errors
/// A message in French.
pub fn parse(url: &str) -> Result<Adresse, &'static str> {
    if url.len() > 500 || url.contains('#') {
        return Err("Donnez une adresse de 500 caractères au plus, sans « # ».");
    }
    let uri: Uri = url.parse().map_err(|_| HTTPS)?;
    let autorite = uri.authority().ok_or(HTTPS)?;
    if uri.scheme_str() != Some("https") || autorite.as_str().contains('@') {
        return Err(HTTPS);
    }
    let hote = autorite
        .host()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .trim_end_matches('.')
        .to_ascii_lowercase();
    match hote.parse::<IpAddr>() {
        Ok(ip) if !is_public(ip) => return Err(PUBLIQUE),
        Ok(_) => {}
        // Names of the local network have no dot, or these ends.
        Err(_) if !hote.contains('.') => return Err(PUBLIQUE),
        Err(_)
            if [".local", ".localhost", ".internal", ".home.arpa"]
                .iter()
                .any(|fin| hote.ends_with(fin)) =>
        {
            return Err(PUBLIQUE);
        }
        Err(_) => {}
    }
    Ok(Adresse {
        hote,
        port: autorite.port_u16().unwrap_or(443),
        chemin: uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
    })
}

/// Resolves a name: every address it gives must be public.
///
/// # Errors
/// What is wrong, for the log of the delivery.
pub async fn resolve(a: &Adresse) -> Result<SocketAddr, String> {
    let trouvees: Vec<SocketAddr> = tokio::net::lookup_host((a.hote.as_str(), a.port))
        .await
        .map_err(|e| format!("nom introuvable : {e}"))?
        .collect();
    if trouvees.iter().any(|s| !is_public(s.ip())) {
        return Err("adresse non publique".into());
    }
    trouvees
        .first()
        .copied()
        .ok_or_else(|| "nom sans adresse".into())
}

/// True for an address anybody on the Internet reaches.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        // Shared by operators, protocol assignments, benchmarks, old relays.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 88 && c == 99))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let s = ip.segments();
    // Only global unicast, without what hides another address inside.
    (0x2000..0x4000).contains(&s[0])
        && s[0] != 0x2002
        && !(s[0] == 0x2001 && s[1] < 0x0200)
        && !(s[0] == 0x2001 && s[1] == 0x0db8)
        && !(s[0] == 0x3fff && s[1] < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_to_public_addresses() {
        let a = parse("https://si.mairie.example/crochets?x=1").unwrap();
        assert_eq!(
            (a.hote.as_str(), a.port, a.chemin.as_str()),
            ("si.mairie.example", 443, "/crochets?x=1")
        );
        assert_eq!(parse("https://[2606:4700::1]:8443/").unwrap().port, 8443);
        for faux in [
            "http://si.mairie.example/",
            "https://moi:secret@si.mairie.example/",
            "https://localhost/",
            "https://serveur/",
            "https://machine.local/",
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://[::ffff:192.168.0.1]/",
            "https://metadata.internal/",
            "si.mairie.example",
            "",
        ] {
            assert!(parse(faux).is_err(), "{faux}");
        }
    }

    #[test]
    fn private_ranges_are_not_public() {
        for ip in [
            "0.0.0.0",
            "100.64.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2a01:e0a::1"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    /// A name that resolves to this machine is refused when it is called.
    #[tokio::test]
    async fn a_name_of_this_machine_is_refused_at_the_call() {
        let a = Adresse {
            hote: "localhost".into(),
            port: 443,
            chemin: "/".into(),
        };
        assert_eq!(resolve(&a).await.unwrap_err(), "adresse non publique");
    }
}
