//! Numbers as Terraform has them, as far as they are short: with so many digits what it makes of them is exact.

use std::cmp::Ordering;
use std::fmt;

/// A number with a fraction of a few digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// All its digits, behind the point too; the last of these is no zero.
    digits: i128,
    /// How many of them stand behind the point.
    behind: u32,
}

/// A number has no more digits than so many, and no more of them behind the point.
const MOST: u32 = 18;

impl Decimal {
    /// A number of these digits, so many of which stand behind the point; none where these are too many.
    fn of(mut digits: i128, mut behind: u32) -> Option<Self> {
        while behind > 0 && digits % 10 == 0 {
            digits /= 10;
            behind -= 1;
        }
        let is_short = behind <= MOST && digits.unsigned_abs() < 10_u128.pow(MOST + 1);
        is_short.then_some(Decimal { digits, behind })
    }

    /// The number that a text says in digits, with a sign and a fraction perhaps.
    pub fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, behind) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let are_digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(behind) {
            return None;
        }
        let digits: i128 = format!("{whole}{behind}").parse().ok()?;
        let number = Decimal::of(digits, u32::try_from(behind.len()).ok()?)?;
        if unsigned.len() < text.len() {
            number.negated()
        } else {
            Some(number)
        }
    }

    /// The whole number that it is.
    pub fn as_whole(self) -> Option<i64> {
        i64::try_from(self.digits).ok().filter(|_| self.behind == 0)
    }

    /// The greatest whole number that is not greater.
    pub fn floor(self) -> Option<Self> {
        Decimal::of(self.digits.div_euclid(10_i128.pow(self.behind)), 0)
    }

    /// The least whole number that is not less.
    pub fn ceil(self) -> Option<Self> {
        Decimal::of(-(-self.digits).div_euclid(10_i128.pow(self.behind)), 0)
    }

    /// None of zero, which Terraform writes with a sign then.
    pub fn negated(self) -> Option<Self> {
        let digits = -self.digits;
        (digits != 0).then_some(Decimal { digits, ..self })
    }

    pub fn abs(self) -> Self {
        Decimal {
            digits: self.digits.abs(),
            ..self
        }
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        let (one, other, behind) = self.aligned(other);
        Decimal::of(one.checked_add(other)?, behind)
    }

    pub fn minus(self, other: Self) -> Option<Self> {
        let (one, other, behind) = self.aligned(other);
        Decimal::of(one.checked_sub(other)?, behind)
    }

    /// None of a zero with a sign, nor of what is not short.
    pub fn times(self, other: Self) -> Option<Self> {
        let digits = self.digits.checked_mul(other.digits)?;
        let has_sign = digits == 0 && (self.digits < 0 || other.digits < 0);
        let product = || Decimal::of(digits, self.behind + other.behind);
        (!has_sign).then(product).flatten()
    }

    /// None of a zero with a sign, and where nothing short comes of it.
    pub fn divided_by(self, other: Self) -> Option<Self> {
        let (one, other, _) = self.aligned(other);
        if one == 0 && other < 0 {
            return None;
        }
        (0..=MOST).find_map(|behind| {
            let one = one.checked_mul(10_i128.pow(behind))?;
            let is_whole = one.checked_rem(other)? == 0;
            is_whole.then(|| Decimal::of(one / other, behind)).flatten()
        })
    }

    /// What is left where it is divided; none of what is negative.
    pub fn rest_of(self, other: Self) -> Option<Self> {
        let (one, other, behind) = self.aligned(other);
        let is_positive = one >= 0 && other > 0;
        is_positive
            .then(|| Decimal::of(one % other, behind))
            .flatten()
    }

    /// The digits of both with as many of them behind the point.
    fn aligned(self, other: Self) -> (i128, i128, u32) {
        let behind = self.behind.max(other.behind);
        let of = |one: Decimal| one.digits * 10_i128.pow(behind - one.behind);
        (of(self), of(other), behind)
    }
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Decimal {
            digits: whole.into(),
            behind: 0,
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, other, _) = self.aligned(*other);
        one.cmp(&other)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = 10_u128.pow(self.behind);
        let digits = self.digits.unsigned_abs();
        let sign = if self.digits < 0 { "-" } else { "" };
        write!(f, "{sign}{}", digits / base)?;
        if self.behind > 0 {
            let width = self.behind as usize;
            write!(f, ".{:0width$}", digits % base)?;
        }
        Ok(())
    }
}
