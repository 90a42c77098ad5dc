//! How countries write town, region and postcode, and which of them write an address from large to small.
//!
//! After what the Universal Postal Union publishes of each country. Where a country is not listed nothing is left out.

/// What stands below the street.
pub(super) struct Town<'t> {
    pub city: Option<&'t str>,
    pub region: Option<&'t str>,
    pub postcode: Option<&'t str>,
}

/// How a country writes it.
enum Custom {
    /// `66538 Neunkirchen`: the region is not part of an address.
    PostcodeCity,
    /// `13900 Biella (BI)`
    PostcodeCityProvince,
    /// `34000 Kadıköy/İstanbul`
    PostcodeCitySlashRegion,
    /// `28013 Madrid`, the region below.
    PostcodeCityThenRegion,
    /// `Reno NV 89501`
    CityRegionPostcode,
    /// `Auckland 1010`
    CityPostcode,
    /// `Pune 411001`, the region below.
    CityPostcodeThenRegion,
    /// `São Paulo - SP`, the postcode below.
    CityDashRegionThenPostcode,
    /// `Chiyoda-ku`, `Tokyo 100-0001`
    CityThenRegionPostcode,
    /// Each on a line of its own, the postcode last.
    EachItsLine,
}

fn custom(country: &str) -> Custom {
    match country {
        "AD" | "AT" | "BA" | "BE" | "BG" | "CH" | "CY" | "CZ" | "DE" | "DK" | "EE" | "FI" | "FO" | "FR" | "GL"
        | "GR" | "HR" | "IS" | "LI" | "LT" | "LU" | "MC" | "ME" | "MK" | "NL" | "NO" | "PL" | "RO" | "RS" | "SE"
        | "SI" | "SK" => Custom::PostcodeCity,
        "IT" | "SM" | "VA" => Custom::PostcodeCityProvince,
        "TR" => Custom::PostcodeCitySlashRegion,
        "US" | "CA" | "AU" | "PR" | "CN" | "ID" | "TH" | "VN" => Custom::CityRegionPostcode,
        "IL" | "LV" | "MT" | "NZ" | "SA" | "SG" => Custom::CityPostcode,
        "BD" | "IN" | "PK" => Custom::CityPostcodeThenRegion,
        "BR" => Custom::CityDashRegionThenPostcode,
        "JP" | "KR" | "TW" => Custom::CityThenRegionPostcode,
        "GB" | "GG" | "HK" | "HU" | "IE" | "IM" | "JE" | "MO" | "RU" | "UA" | "ZA" => Custom::EachItsLine,
        _ => Custom::PostcodeCityThenRegion,
    }
}

/// The lines below the street, without empty ones.
pub(super) fn lines(country: &str, town: &Town<'_>) -> Vec<String> {
    let Town { city, postcode, .. } = *town;
    // A city that is its own region is written once.
    let region = town.region.filter(|region| !city.is_some_and(|city| city.eq_ignore_ascii_case(region)));
    let province = region.map(|region| format!("({region})"));
    let lines = match custom(country) {
        Custom::PostcodeCity => vec![join(" ", &[postcode, city])],
        Custom::PostcodeCityProvince => vec![join(" ", &[postcode, city, province.as_deref()])],
        Custom::PostcodeCitySlashRegion => vec![join(" ", &[postcode, Some(&join("/", &[city, region]))])],
        Custom::PostcodeCityThenRegion => vec![join(" ", &[postcode, city]), join("", &[region])],
        Custom::CityRegionPostcode => vec![join(" ", &[city, region, postcode])],
        Custom::CityPostcode => vec![join(" ", &[city, postcode])],
        Custom::CityPostcodeThenRegion => vec![join(" ", &[city, postcode]), join("", &[region])],
        Custom::CityDashRegionThenPostcode => vec![join(" - ", &[city, region]), join("", &[postcode])],
        Custom::CityThenRegionPostcode => vec![join("", &[city]), join(" ", &[region, postcode])],
        Custom::EachItsLine => [city, region, postcode].map(|part| join("", &[part])).to_vec(),
    };
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

fn join(between: &str, parts: &[Option<&str>]) -> String {
    parts.iter().flatten().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

/// Whether an address is written from large to small: in East Asia, when it is in the country's own script.
pub(super) fn is_large_to_small(country: &str, mut texts: impl Iterator<Item = char>) -> bool {
    let own_script = |c: char| {
        matches!(u32::from(c),
            0x3040..=0x30FF     // kana
            | 0x3400..=0x9FFF   // ideographs
            | 0xAC00..=0xD7AF   // hangul
            | 0x2_0000..=0x3_FFFF)
    };
    matches!(country, "CN" | "HK" | "JP" | "KR" | "MO" | "TW") && texts.any(own_script)
}
