//! The size of what would be written, and its quota.

use ratatui::text::{Line, Span};

use crate::explain::Sign;
use crate::iam::quota::{Owner, PolicyKind};
use crate::review::Review;
use crate::text::grouped;
use crate::tui::fit::sharing_quota_name;
use crate::tui::look::Look;
use crate::tui::policy::OutlineRow;
use crate::tui::review::ReviewScreen;
use crate::tui::text::{spread, width};

/// The size and its quota, but not in a lesson; where a proof does not hold, that instead.
pub(crate) fn line<'a>(look: &Look, screen: &ReviewScreen, columns: u16) -> Line<'a> {
    let room = usize::from(columns);
    if let Some(fault) = fault(&screen.review) {
        let spans = vec![
            Span::raw(" "),
            look.sign(Sign::Broken),
            Span::styled(format!(" {fault}; nothing can be written"), look.strong),
        ];
        return spread(spans, Vec::new(), room, look.glyphs.more);
    }
    // No task of a lesson is about it.
    if screen.lesson.is_some() {
        return Line::default();
    }
    let policy = screen.outline.current().map_or(0, OutlineRow::policy);
    let sizes = Sizes::of(&screen.review, policy);
    let kind = screen.review.input().policies[policy].loaded.kind;
    let text = sizes.in_words(look.glyphs.arrow, "");
    let in_full = sizes.in_words(look.glyphs.arrow, " characters that AWS counts");
    let quota = format!("; quota {}", grouped(kind.quota()));
    let scope = format!("{quota} {}", kind.quota_scope());
    let quota = match kind {
        PolicyKind::Unknown => {
            let inline = PolicyKind::Inline(Owner::Role).quota();
            format!("{quota} or {}", grouped(inline))
        }
        PolicyKind::Managed | PolicyKind::Inline(_) | PolicyKind::PermissionSet => quota,
    };
    let warning = sizes.warning(kind);
    let long = warning.as_ref().map(|warning| &warning.long);
    let short = warning.as_ref().map(|warning| &warning.short);
    let offers = warning
        .as_ref()
        .is_some_and(|warning| warning.is_over_quota);
    let offering = |text: &String| format!("{text}: see F");
    let long_offering = long.filter(|_| offers).map(offering);
    let short_offering = short.filter(|_| offers).map(offering);
    let (longest, shorter) = (long_offering.as_ref(), short_offering.as_ref());
    // A warning is never cut for the sake of what only accompanies it.
    let of = look.spelled(&sharing_quota_name(&screen.review, policy));
    let named = [
        (format!(" Size of {of}: {text}{scope}"), longest.or(long)),
        (format!(" Size of {of}: {text}{quota}"), longest.or(long)),
        (format!(" Size of {of}: {text}{quota}"), short),
        (format!(" Size of {of}: {text}"), short),
        // That it grows can be read off it.
        (format!(" {of}: {text}"), short.filter(|_| offers)),
    ];
    // Of several policies it is that of the one under the cursor.
    let is_one = screen.review.input().policies.len() == 1;
    let named = named.into_iter().filter(|_| !is_one);
    let unnamed = [
        (format!(" Size {in_full}{scope}"), longest.or(long)),
        (format!(" Size {text}{scope}"), longest.or(long)),
        (format!(" Size {text}{quota}"), longest.or(long)),
        (format!(" Size {text}"), shorter.or(short)),
        (format!(" {text}"), shorter.or(short)),
        (format!(" Size {text}"), short),
        (format!(" {text}"), short),
    ];
    let fits = |(text, warning): &&(String, Option<&String>)| {
        width(text) + warning.map_or(0, |warning| width(warning) + 4) <= room
    };
    let candidates: Vec<_> = named.chain(unnamed).collect();
    let (text, warning) = match candidates.iter().find(fits).or(candidates.last()) {
        Some((text, warning)) => (text.as_str(), *warning),
        None => ("", None),
    };
    let mut spans = vec![Span::styled(text.to_owned(), look.faint)];
    if let Some(warning) = warning {
        spans.push(Span::raw("  "));
        spans.push(look.sign(Sign::Caution));
        spans.push(Span::styled(format!(" {warning}"), look.caution));
    }
    spread(spans, Vec::new(), room, look.glyphs.more)
}

fn fault(review: &Review) -> Option<String> {
    let mut outcomes = review.outcomes().iter();
    let fault = outcomes.find_map(|outcome| outcome.proved.faults.first())?;
    Some(format!("a proof does not hold: {fault}"))
}

/// The characters that IAM counts: of one policy, or of all inline policies, which share a quota.
struct Sizes {
    before: usize,
    now: usize,
    if_all_accepted: usize,
}

impl Sizes {
    fn of(review: &Review, policy: usize) -> Self {
        Sizes {
            before: review.counted_before(policy),
            now: review.counted_now(policy),
            if_all_accepted: review.counted_if_all_accepted(policy),
        }
    }

    /// `444 → 221 now, 380 if all accepted`, with a `unit` behind the first of them.
    fn in_words(&self, arrow: &str, unit: &str) -> String {
        format!(
            "{}{unit} {arrow} {} now, {} if all accepted",
            grouped(self.before),
            grouped(self.now),
            grouped(self.if_all_accepted)
        )
    }

    /// What is wrong with them, in words.
    fn warning(&self, kind: PolicyKind) -> Option<SizeWarning> {
        let quota = kind.quota();
        if self.now > quota {
            Some(SizeWarning {
                is_over_quota: true,
                ..SizeWarning::now(format!("{} over the quota", grouped(self.now - quota)))
            })
        } else if self.if_all_accepted > quota {
            let over = grouped(self.if_all_accepted - quota);
            Some(SizeWarning {
                is_over_quota: true,
                ..SizeWarning::then(&format!("{over} over the quota"))
            })
        } else if self.now > self.before {
            Some(SizeWarning::now(format!(
                "grows by {}",
                grouped(self.now - self.before)
            )))
        } else if self.if_all_accepted > self.before {
            let more = grouped(self.if_all_accepted - self.before);
            Some(SizeWarning::then(&format!("grows by {more}")))
        } else {
            None
        }
    }
}

/// What is wrong with a size; in short where it stands right behind the size it is about.
struct SizeWarning {
    long: String,
    short: String,
    /// Whether AWS would not take it; else it only grows.
    is_over_quota: bool,
}

impl SizeWarning {
    /// Of the size as it is now.
    fn now(text: String) -> Self {
        SizeWarning {
            short: format!("now {text}"),
            long: text,
            is_over_quota: false,
        }
    }

    /// Of the size if all were accepted.
    fn then(text: &str) -> Self {
        SizeWarning {
            short: format!("then {text}"),
            long: format!("{text} if all accepted"),
            is_over_quota: false,
        }
    }
}
