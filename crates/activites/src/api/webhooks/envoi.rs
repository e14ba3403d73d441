//! The call itself: one POST over TLS to a checked address. Redirections are
//! answers like others, that is, failures.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{Request, header},
};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, pki_types::ServerName},
};

use super::adresse::{self, Adresse};

/// How long a receiver has to answer.
const DELAI: Duration = Duration::from_secs(10);

/// What to send, and where.
#[derive(Debug, Clone)]
pub struct Envoi {
    pub url: String,
    /// `Maillage-Evenement`.
    pub evenement: String,
    /// `Maillage-Signature`.
    pub signature: String,
    pub corps: String,
}

type Futur = Pin<Box<dyn Future<Output = Result<u16, String>> + Send>>;

/// How to send: over the network, or a double in tests. Gives the status, or
/// why there is none.
pub type Envoyer = Arc<dyn Fn(Envoi) -> Futur + Send + Sync>;

/// Over the network.
#[must_use]
pub fn network() -> Envoyer {
    let racines = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let tls = TlsConnector::from(Arc::new(
        ClientConfig::builder()
            .with_root_certificates(racines)
            .with_no_client_auth(),
    ));
    Arc::new(move |e| {
        let tls = tls.clone();
        Box::pin(async move {
            tokio::time::timeout(DELAI, send(&tls, e))
                .await
                .unwrap_or_else(|_| Err("pas de réponse en 10 secondes".into()))
        })
    })
}

async fn send(tls: &TlsConnector, e: Envoi) -> Result<u16, String> {
    let a = adresse::parse(&e.url)?;
    let ou = adresse::resolve(&a).await?;
    let tcp = TcpStream::connect(ou)
        .await
        .map_err(|e| format!("connexion impossible : {e}"))?;
    let nom = ServerName::try_from(a.hote.clone()).map_err(|_| "nom invalide".to_owned())?;
    let flux = tls
        .connect(nom, tcp)
        .await
        .map_err(|e| format!("certificat refusé : {e}"))?;
    post(flux, &a, e).await
}

/// Sends over an open stream.
async fn post<S>(flux: S, a: &Adresse, e: Envoi) -> Result<u16, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let dit = |e: &dyn std::fmt::Display| format!("échange interrompu : {e}");
    let (mut sender, lien) = http1::handshake(TokioIo::new(flux))
        .await
        .map_err(|e| dit(&e))?;
    let fond = tokio::spawn(lien);
    let hote = if a.port == 443 {
        a.hote.clone()
    } else {
        format!("{}:{}", a.hote, a.port)
    };
    let requete = Request::post(&a.chemin)
        .header(header::HOST, hote)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "Maillage")
        .header("maillage-evenement", e.evenement)
        .header("maillage-signature", e.signature)
        .body(Full::new(Bytes::from(e.corps)))
        .map_err(|e| dit(&e))?;
    let reponse = sender.send_request(requete).await.map_err(|e| dit(&e))?;
    fond.abort();
    Ok(reponse.status().as_u16())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_notice_is_one_signed_post() {
        let (ici, mut la_bas) = tokio::io::duplex(4_096);
        let serveur = tokio::spawn(async move {
            let mut lu = vec![0; 4_096];
            let n = la_bas.read(&mut lu).await.unwrap();
            la_bas
                .write_all(b"HTTP/1.1 302 Found\r\nlocation: https://ailleurs.example/\r\ncontent-length: 0\r\n\r\n")
                .await
                .unwrap();
            String::from_utf8_lossy(&lu[..n]).into_owned()
        });
        let a = adresse::parse("https://si.mairie.example/crochets?x=1").unwrap();
        let e = Envoi {
            url: String::new(),
            evenement: "e1".into(),
            signature: "t=1,v1=ab".into(),
            corps: "{}".into(),
        };
        // The redirection is reported, not followed.
        assert_eq!(post(ici, &a, e).await.unwrap(), 302);
        let lu = serveur.await.unwrap();
        assert!(lu.starts_with("POST /crochets?x=1 HTTP/1.1\r\n"), "{lu}");
        for ligne in [
            "host: si.mairie.example\r\n",
            "maillage-evenement: e1\r\n",
            "maillage-signature: t=1,v1=ab\r\n",
            "content-length: 2\r\n",
        ] {
            assert!(lu.contains(ligne), "{ligne}");
        }
    }

    /// Nothing leaves for an address of this machine.
    #[tokio::test]
    async fn a_private_address_is_never_called() {
        let envoyer = network();
        let e = Envoi {
            url: "https://127.0.0.1/".into(),
            evenement: String::new(),
            signature: String::new(),
            corps: String::new(),
        };
        assert!(envoyer(e).await.is_err());
    }
}
