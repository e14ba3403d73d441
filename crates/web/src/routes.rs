use std::{future::Future, pin::Pin, sync::Arc};

use axum::{
    Router,
    handler::Handler,
    http::Method,
    middleware,
    routing::{MethodFilter, MethodRouter, on},
};
use socle::{Resultat, Role};

use crate::{
    ctx::{AFaire, App, Chiffre, Ctx},
    edge,
};

/// Who may call a route. Inside, the service checks the right again, with the
/// perimeter; this gate is the first of two doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acces {
    Public,
    /// A secret link is the right: no account needed.
    Jeton,
    /// Anybody signed in.
    Connecte,
    Roles(&'static [Role]),
    /// An application with a bearer token of this scope; the handler finds the
    /// scope among the extensions ([`PorteeApi`]) and checks it.
    Api(&'static str),
}

/// The scope a route of the API asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PorteeApi(pub &'static str);

impl Acces {
    #[must_use]
    pub fn admits(self, role: Role) -> bool {
        match self {
            Acces::Public | Acces::Jeton | Acces::Api(_) => true,
            Acces::Connecte => role != Role::Visiteur,
            Acces::Roles(r) => r.contains(&role),
        }
    }
}

/// One route, as the exhaustive rights test reads it.
#[derive(Debug, Clone)]
pub struct Route {
    pub methode: Method,
    pub chemin: &'static str,
    pub acces: Acces,
    handler: MethodRouter<App>,
}

impl Route {
    /// True when the path names one object: a stranger gets 404 there.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.chemin.contains('{')
    }
}

/// One line of a role's menu.
#[derive(Debug, Clone, Copy)]
pub struct EntreeDeMenu {
    pub role: Role,
    pub libelle: &'static str,
    pub lien: &'static str,
}

type Futur<T> = Pin<Box<dyn Future<Output = T> + Send>>;
pub(crate) type FigureList = Arc<dyn Fn(Ctx) -> Futur<Resultat<Vec<Chiffre>>> + Send + Sync>;
pub(crate) type TodoList = Arc<dyn Fn(Ctx) -> Futur<Resultat<Vec<AFaire>>> + Send + Sync>;

/// What a space adds to the site.
#[derive(Clone, Default)]
pub struct Routes {
    pub(crate) routes: Vec<Route>,
    pub(crate) menus: Vec<EntreeDeMenu>,
    pub(crate) a_faire: Vec<(Role, TodoList)>,
    pub(crate) chiffres: Vec<(Role, FigureList)>,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.routes.iter().map(|r| (&r.methode, r.chemin, r.acces)))
            .finish()
    }
}

impl Routes {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn get<H, T>(self, chemin: &'static str, acces: Acces, h: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on(Method::GET, chemin, acces, on(MethodFilter::GET, h))
    }

    #[must_use]
    pub fn post<H, T>(self, chemin: &'static str, acces: Acces, h: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on(Method::POST, chemin, acces, on(MethodFilter::POST, h))
    }

    #[must_use]
    pub fn patch<H, T>(self, chemin: &'static str, acces: Acces, h: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on(Method::PATCH, chemin, acces, on(MethodFilter::PATCH, h))
    }

    #[must_use]
    pub fn delete<H, T>(self, chemin: &'static str, acces: Acces, h: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.on(Method::DELETE, chemin, acces, on(MethodFilter::DELETE, h))
    }

    fn on(
        mut self,
        methode: Method,
        chemin: &'static str,
        acces: Acces,
        m: MethodRouter<App>,
    ) -> Self {
        let objet = chemin.contains('{');
        let handler = m.route_layer(middleware::from_fn(move |req, next| {
            edge::gate(acces, objet, req, next)
        }));
        self.routes.push(Route {
            methode,
            chemin,
            acces,
            handler,
        });
        self
    }

    /// Adds a line to the menu of a role.
    #[must_use]
    pub fn menu(mut self, role: Role, libelle: &'static str, lien: &'static str) -> Self {
        self.menus.push(EntreeDeMenu {
            role,
            libelle,
            lien,
        });
        self
    }

    /// Adds what awaits a role on its home page.
    #[must_use]
    pub fn a_faire<F, R>(mut self, role: Role, f: F) -> Self
    where
        F: Fn(Ctx) -> R + Send + Sync + 'static,
        R: Future<Output = Resultat<Vec<AFaire>>> + Send + 'static,
    {
        self.a_faire.push((role, Arc::new(move |c| Box::pin(f(c)))));
        self
    }

    /// Adds figures to the home page of a role.
    #[must_use]
    pub fn chiffres<F, R>(mut self, role: Role, f: F) -> Self
    where
        F: Fn(Ctx) -> R + Send + Sync + 'static,
        R: Future<Output = Resultat<Vec<Chiffre>>> + Send + 'static,
    {
        self.chiffres
            .push((role, Arc::new(move |c| Box::pin(f(c)))));
        self
    }

    /// Adds another space.
    #[must_use]
    pub fn with(mut self, autre: Routes) -> Self {
        self.routes.extend(autre.routes);
        self.menus.extend(autre.menus);
        self.a_faire.extend(autre.a_faire);
        self.chiffres.extend(autre.chiffres);
        self
    }

    /// All routes, for the rights test.
    #[must_use]
    pub fn all(&self) -> &[Route] {
        &self.routes
    }

    pub(crate) fn mount(&self) -> Router<App> {
        self.routes.iter().fold(Router::new(), |r, route| {
            r.route(route.chemin, route.handler.clone())
        })
    }
}
