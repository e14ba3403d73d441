//! Integer arithmetic of §5.4: half up, to a tenth.

/// Tenths of a per cent of `c` in `t`; nothing of nothing.
#[must_use]
pub fn part(c: i64, t: i64) -> Option<i64> {
    (t > 0).then(|| (2_000 * c + t).div_euclid(2 * t))
}

/// Tenths of a mean.
#[must_use]
pub fn moyenne(somme: i64, n: i64) -> Option<i64> {
    (n > 0).then(|| (20 * somme + n).div_euclid(2 * n))
}

/// Tenths in French: « 12,3 »; « – » when there is none.
#[must_use]
pub fn dixiemes(v: Option<i64>) -> String {
    let Some(v) = v else { return "–".into() };
    let signe = if v < 0 { "−" } else { "" };
    let v = v.abs();
    format!("{signe}{},{}", socle::francais::entier(v / 10), v % 10)
}

/// « 12,3 % », or « – ».
#[must_use]
pub fn pourcent(c: i64, t: i64) -> String {
    match part(c, t) {
        None => "–".into(),
        v => format!("{} %", dixiemes(v)),
    }
}

/// Minutes as hours to a tenth: « 24,9 h ».
#[must_use]
pub fn heures(minutes: i64) -> String {
    format!("{} h", dixiemes(moyenne(minutes, 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The percentages of §5.5, and the edges of rounding.
    #[test]
    fn parts_are_rounded_half_up() {
        assert_eq!(part(4, 17), Some(235));
        assert_eq!(part(8, 17), Some(471));
        assert_eq!(part(8, 18), Some(444));
        assert_eq!(part(2, 17), Some(118));
        assert_eq!(part(5, 17), Some(294));
        assert_eq!(part(1, 2_000), Some(1));
        assert_eq!(part(0, 5), Some(0));
        assert_eq!(part(3, 0), None);
        assert_eq!(pourcent(4, 17), "23,5 %");
        assert_eq!(pourcent(0, 0), "–");
    }

    #[test]
    fn means_are_rounded_half_up_below_zero_too() {
        assert_eq!(moyenne(12, 2), Some(60));
        assert_eq!(moyenne(1, 20), Some(1));
        assert_eq!(moyenne(-1, 20), Some(0));
        assert_eq!(moyenne(-3, 2), Some(-15));
        assert_eq!(dixiemes(moyenne(-3, 2)), "−1,5");
        assert_eq!(heures(1_495), "24,9 h");
    }
}
