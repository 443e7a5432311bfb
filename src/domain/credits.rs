//! Zoho's API credits of a day, and whether a floor under them can do what it is there for (Zoho CRM v8 "API limits"). Must
//! not know what uses them.

/// What an edition's organisation has in 24 hours.
struct Day {
    /// However many users it has.
    base: u64,
    /// For each user.
    per_user: u64,
    /// At most; `None` where there is no limit.
    most: Option<u64>,
}

impl Day {
    /// By Zoho's word for the edition; `None` for one that is not known.
    fn of(edition: &str) -> Option<Self> {
        let word = edition.to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
        let (base, per_user, most) = match () {
            () if has(&["ultimate", "crmplus"]) => (50_000, 2_000, None),
            () if has(&["enterprise", "zohoone"]) => (50_000, 1_000, Some(5_000_000)),
            () if has(&["professional"]) => (50_000, 500, Some(3_000_000)),
            () if has(&["standard", "starter"]) => (50_000, 250, Some(100_000)),
            () if has(&["free"]) => (5_000, 0, Some(5_000)),
            () => return None,
        };
        Some(Self { base, per_user, most })
    }
}

/// Why a floor does less than it says in an organisation of this edition; `None` where it does all of it, or nobody knows.
pub fn doubt_of_floor(floor: u64, edition: Option<&str>) -> Option<String> {
    let edition = edition?;
    let day = Day::of(edition)?;
    let wanted = floor.saturating_mul(2);
    if wanted <= day.base {
        return None;
    }
    let tells =
        "Zoho tells what is left only once half of a day's credits are used, so runs begin to wait then and no sooner";
    let never = format!("`credits_floor` {floor} is more than half of the credits that edition {edition} has in a day");
    Some(match day.most {
        Some(most) if wanted > most => format!("{never} ({most} at most): {tells}"),
        _ => {
            let users = (wanted - day.base).div_ceil(day.per_user.max(1));
            format!("{never}, unless it has {users} users or more: {tells}")
        }
    })
}

/// What to do about it.
pub const LOWER_THE_FLOOR: &str = "set it to half of the day's credits at most";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_above_half_of_the_day_is_doubted() {
        let says = |floor, edition| doubt_of_floor(floor, Some(edition)).unwrap_or_default();
        assert_eq!(says(2_500, "free"), "");
        assert!(says(2_501, "free").contains("has in a day (5000 at most): Zoho tells"), "{}", says(2_501, "free"));
        assert_eq!(says(25_000, "enterprise"), "");
        assert!(
            says(40_000, "enterprise").contains("unless it has 30 users or more"),
            "{}",
            says(40_000, "enterprise")
        );
        assert!(says(50_001, "standard").contains("100000 at most") && says(u64::MAX, "ultimate").contains("unless"));
        assert_eq!((says(u64::MAX, "trial"), doubt_of_floor(9_999_999, None)), (String::new(), None));
    }
}
