//! What the functions of Terraform's language make of what they are given, as far as that can be told by their names.

/// The functions that make a number or a truth, or a text in which nothing of what they are given is found again.
const OF_NO_TEXT: [&str; 39] = [
    "abs",
    "alltrue",
    "anytrue",
    "base64sha256",
    "base64sha512",
    "bcrypt",
    "can",
    "ceil",
    "cidrcontains",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "cidrsubnets",
    "contains",
    "endswith",
    "filebase64sha256",
    "fileexists",
    "filemd5",
    "filesha1",
    "filesha256",
    "floor",
    "index",
    "issensitive",
    "length",
    "log",
    "max",
    "md5",
    "min",
    "parseint",
    "pow",
    "sha1",
    "sha256",
    "signum",
    "startswith",
    "strcontains",
    "sum",
    "timecmp",
    "tobool",
    "tonumber",
];

/// The functions of which what they make has what it has under the same names.
const OF_THE_SAME: [&str; 18] = [
    "coalesce",
    "coalescelist",
    "compact",
    "concat",
    "distinct",
    "merge",
    "nonsensitive",
    "reverse",
    "sensitive",
    "setintersection",
    "setsubtract",
    "setunion",
    "slice",
    "sort",
    "tolist",
    "tomap",
    "try",
    "values",
];

/// Whether nothing of what a function is given is found again in what it makes: a hash, a length.
pub(crate) fn tells_nothing(function: &str) -> bool {
    OF_NO_TEXT.contains(&function)
}

/// Whether a function makes a collection of others, or one of these, whose members are as they were.
pub(crate) fn keeps_members(function: &str) -> bool {
    OF_THE_SAME.contains(&function)
}
