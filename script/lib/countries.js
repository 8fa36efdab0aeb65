// SPDX-License-Identifier: Apache-2.0
// Writes src/feature/country_names.def: every country's codes and what it is called in the languages that
// files come in. Names are Unicode's (CLDR), as the pinned Node knows them; run it again with a newer one.
//
//     node script/lib/countries.js > src/feature/country_names.def

const LANGUAGES = [
  'en', 'de', 'sr-Latn', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'cs', 'sk', 'sl', 'hr', 'bs', 'hu', 'ro', 'bg', 'mk',
  'sr', 'el', 'tr', 'ru', 'uk', 'sv', 'da', 'nb', 'fi', 'is', 'et', 'lv', 'lt', 'sq', 'ca', 'ga', 'mt', 'ja', 'zh',
  'zh-Hant', 'ko', 'ar', 'fa', 'he', 'hi', 'id', 'vi', 'th',
];

// ISO 3166-1, and XK, which is in common use.
const CODES = `
  AD-AND AE-ARE AF-AFG AG-ATG AI-AIA AL-ALB AM-ARM AO-AGO AQ-ATA AR-ARG AS-ASM AT-AUT AU-AUS AW-ABW AX-ALA AZ-AZE
  BA-BIH BB-BRB BD-BGD BE-BEL BF-BFA BG-BGR BH-BHR BI-BDI BJ-BEN BL-BLM BM-BMU BN-BRN BO-BOL BQ-BES BR-BRA BS-BHS
  BT-BTN BV-BVT BW-BWA BY-BLR BZ-BLZ CA-CAN CC-CCK CD-COD CF-CAF CG-COG CH-CHE CI-CIV CK-COK CL-CHL CM-CMR CN-CHN
  CO-COL CR-CRI CU-CUB CV-CPV CW-CUW CX-CXR CY-CYP CZ-CZE DE-DEU DJ-DJI DK-DNK DM-DMA DO-DOM DZ-DZA EC-ECU EE-EST
  EG-EGY EH-ESH ER-ERI ES-ESP ET-ETH FI-FIN FJ-FJI FK-FLK FM-FSM FO-FRO FR-FRA GA-GAB GB-GBR GD-GRD GE-GEO GF-GUF
  GG-GGY GH-GHA GI-GIB GL-GRL GM-GMB GN-GIN GP-GLP GQ-GNQ GR-GRC GS-SGS GT-GTM GU-GUM GW-GNB GY-GUY HK-HKG HM-HMD
  HN-HND HR-HRV HT-HTI HU-HUN ID-IDN IE-IRL IL-ISR IM-IMN IN-IND IO-IOT IQ-IRQ IR-IRN IS-ISL IT-ITA JE-JEY JM-JAM
  JO-JOR JP-JPN KE-KEN KG-KGZ KH-KHM KI-KIR KM-COM KN-KNA KP-PRK KR-KOR KW-KWT KY-CYM KZ-KAZ LA-LAO LB-LBN LC-LCA
  LI-LIE LK-LKA LR-LBR LS-LSO LT-LTU LU-LUX LV-LVA LY-LBY MA-MAR MC-MCO MD-MDA ME-MNE MF-MAF MG-MDG MH-MHL MK-MKD
  ML-MLI MM-MMR MN-MNG MO-MAC MP-MNP MQ-MTQ MR-MRT MS-MSR MT-MLT MU-MUS MV-MDV MW-MWI MX-MEX MY-MYS MZ-MOZ NA-NAM
  NC-NCL NE-NER NF-NFK NG-NGA NI-NIC NL-NLD NO-NOR NP-NPL NR-NRU NU-NIU NZ-NZL OM-OMN PA-PAN PE-PER PF-PYF PG-PNG
  PH-PHL PK-PAK PL-POL PM-SPM PN-PCN PR-PRI PS-PSE PT-PRT PW-PLW PY-PRY QA-QAT RE-REU RO-ROU RS-SRB RU-RUS RW-RWA
  SA-SAU SB-SLB SC-SYC SD-SDN SE-SWE SG-SGP SH-SHN SI-SVN SJ-SJM SK-SVK SL-SLE SM-SMR SN-SEN SO-SOM SR-SUR SS-SSD
  ST-STP SV-SLV SX-SXM SY-SYR SZ-SWZ TC-TCA TD-TCD TF-ATF TG-TGO TH-THA TJ-TJK TK-TKL TL-TLS TM-TKM TN-TUN TO-TON
  TR-TUR TT-TTO TV-TUV TW-TWN TZ-TZA UA-UKR UG-UGA UM-UMI US-USA UY-URY UZ-UZB VA-VAT VC-VCT VE-VEN VG-VGB VI-VIR
  VN-VNM VU-VUT WF-WLF WS-WSM XK-XKX YE-YEM YT-MYT ZA-ZAF ZM-ZMB ZW-ZWE`.trim().split(/\s+/).map((pair) => pair.split('-'));

// Two countries answer to these; a person decides.
const VAGUE = ['congo', 'kongo', 'korea'];

const formOf = (name) => name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
/** As others write what Unicode writes with signs. */
const spelt = (name) => [name, name.replace('&', 'and').replace(/^St\. /, 'Saint ')];

const displays = LANGUAGES.flatMap((language) => ['long', 'short'].map((style) => ({
  english: language === 'en', of: new Intl.DisplayNames(language, { type: 'region', style }),
})));

const owners = new Map();
const countries = CODES.map(([code, three]) => {
  const names = new Map();
  for (const { english, of } of displays)
    for (const name of english ? spelt(of.of(code)) : [of.of(code)])
      if (!/^[a-z]{0,2}$/.test(formOf(name)) && !names.has(formOf(name))) names.set(formOf(name), name);
  for (const form of names.keys()) owners.set(form, [...(owners.get(form) ?? []), code]);
  return { code, three, names };
});

// What two countries are called, in whatever languages, names neither; what one is called in English does.
const english = new Map(CODES.map(([code]) => [formOf(displays[0].of.of(code)), code]));
const threes = new Map(CODES.map(([code, three]) => [three.toLowerCase(), code]));
const isOwn = (code, form) => (owners.get(form).length === 1 || english.get(form) === code)
  && !VAGUE.includes(form) && (threes.get(form) ?? code) === code;

/** In lines of at most 100 columns. */
function literal(names) {
  const lines = [''];
  for (const [i, name] of names.entries()) {
    const text = i ? `|${name}` : name;
    if (lines.at(-1) && lines.at(-1).length + text.length > 88) lines.push('');
    lines[lines.length - 1] += text;
  }
  return lines.map((line) => `\t"${line}"`).join('\n');
}

console.log(`/* SPDX-License-Identifier: Apache-2.0 AND Unicode-3.0 */
/*
 * COUNTRY(two letters, three letters, names): the English name first, then what else it is called, with |
 * between. Made by script/lib/countries.js; do not edit. Names: Unicode CLDR, (c) Unicode, Inc.
 */
/* clang-format off */`);
for (const { code, three, names } of countries) {
  const own = [...names].filter(([form]) => isOwn(code, form)).map(([, name]) => name);
  console.log(`COUNTRY("${code}", "${three}",\n${literal(own)})`);
}
