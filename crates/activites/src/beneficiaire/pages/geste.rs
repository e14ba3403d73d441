//! A small form that asks for one thing before an act: a reason, a colleague,
//! a confirmation. Refused, it comes back with what was typed.

use askama::Template;
use socle::{Erreur, Resultat};
use web::{Champs, Ctx, Form, Html, Reponse};

#[derive(Template)]
#[template(path = "beneficiaire/geste.html")]
struct Page {
    form: Form,
    chapeau: &'static str,
    action: String,
    champs: Vec<Html>,
    bouton: &'static str,
    danger: bool,
    retour: String,
    commande: String,
}

/// What is asked.
pub(super) struct Geste {
    pub titre: &'static str,
    pub chapeau: &'static str,
    pub action: String,
    pub bouton: &'static str,
    pub danger: bool,
    pub retour: String,
    /// The fields, drawn from the form.
    pub champs: fn(&Form) -> Vec<Html>,
}

impl Geste {
    /// The form, empty.
    pub fn ask(&self, ctx: &Ctx) -> Reponse {
        self.show(ctx, Form::new())
    }

    /// After the act: its error beside the field, or the page that follows.
    pub fn after<T>(
        &self,
        ctx: &Ctx,
        fait: Resultat<T>,
        champs: Champs,
        suite: &str,
        message: &str,
    ) -> Reponse {
        match fait {
            Ok(_) => ctx.redirect(suite, message),
            Err(Erreur::Saisie(e)) => self.show(ctx, Form::refused(champs, e)),
            Err(e) => Err(e.into()),
        }
    }

    fn show(&self, ctx: &Ctx, form: Form) -> Reponse {
        let refuse = !form.erreurs.is_empty();
        let connue = form.champs.get("id_commande").to_owned();
        let corps = Page {
            champs: (self.champs)(&form),
            chapeau: self.chapeau,
            action: self.action.clone(),
            bouton: self.bouton,
            danger: self.danger,
            retour: self.retour.clone(),
            commande: if connue.is_empty() {
                ctx.new_commande()
            } else {
                connue
            },
            form,
        };
        let page = ctx.page(self.titre).fil("Retour", self.retour.clone());
        if refuse {
            page.refused().body(&corps)
        } else {
            page.body(&corps)
        }
    }
}

/// The field of a reason.
pub(super) fn motif(form: &Form) -> Vec<Html> {
    vec![Html(
        form.zone("motif", "Motif", 3)
            .aide("Ne nommez personne d’autre. Jamais de santé ni de revenus.")
            .to_string(),
    )]
}
