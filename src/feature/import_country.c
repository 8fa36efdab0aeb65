/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: countries as files write them. Names are made comparable once in the life of the process. */
#include "feature/import_country.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/base.h"
#include "feature/import_similar.h"

enum { NAMES_MAX = 10000, TEXT_MAX = 256 };

struct country {
	const char *code, *three, *names;
};

static const struct country countries[] = {
#define COUNTRY(code, three, names) {code, three, names},
#include "feature/country_names.def"
#undef COUNTRY
};

/* What else is written. */
static const struct {
	const char *code, *names;
} known_as[] = {
	{"AE", "UAE"},
	{"BN", "Brunei Darussalam"},
	{"BO", "Bolivia, Plurinational State of|Plurinational State of Bolivia"},
	{"BQ", "Bonaire, Sint Eustatius and Saba"},
	{"CD",
		"DR Congo|DRC|Democratic Republic of the Congo|Congo, The Democratic Republic of "
		"the"
		"|Congo, Democratic Republic of the"},
	{"CG", "Republic of the Congo"},
	{"CI", "Ivory Coast"},
	{"CN", "People's Republic of China"},
	{"CV", "Cape Verde"},
	{"CZ", "Czech Republic"},
	{"DE", "Federal Republic of Germany"},
	{"FK", "Falkland Islands (Malvinas)"},
	{"FM", "Micronesia, Federated States of|Federated States of Micronesia"},
	{"GB", "UK|Great Britain|United Kingdom of Great Britain and Northern Ireland"},
	{"IE", "Republic of Ireland"},
	{"IR", "Iran, Islamic Republic of|Islamic Republic of Iran"},
	{"KP", "Korea, Democratic People's Republic of|Democratic People's Republic of Korea"},
	{"KR", "Korea, Republic of|Republic of Korea|Korea, South"},
	{"LA", "Lao People's Democratic Republic|Lao PDR"},
	{"MD", "Moldova, Republic of|Republic of Moldova"},
	{"MK", "Macedonia|Republic of North Macedonia"},
	{"MM", "Burma"},
	{"MO", "Macau"},
	{"PS", "Palestine, State of|State of Palestine"},
	{"RU", "Russian Federation"},
	{"SH", "Saint Helena, Ascension and Tristan da Cunha"},
	{"SY", "Syrian Arab Republic"},
	{"SZ", "Swaziland"},
	{"TL", "East Timor"},
	{"TR", "Turkey|Türkiye"},
	{"TW", "Taiwan, Province of China"},
	{"TZ", "Tanzania, United Republic of|United Republic of Tanzania"},
	{"US", "United States of America"},
	{"VA", "Holy See|Holy See (Vatican City State)|Vatican"},
	{"VE", "Venezuela, Bolivarian Republic of|Bolivarian Republic of Venezuela"},
	{"VG", "Virgin Islands, British"},
	{"VI", "Virgin Islands, U.S."},
	{"VN", "Viet Nam"},
};

/* Parts, former names, and names of two countries, of which one is meant most often. */
static const struct {
	const char *code, *names;
} said_of[] = {
	{"AE", "Emirates"},
	{"CD", "Zaire"},
	{"CG", "Congo|Kongo"},
	{"CZ", "Czechoslovakia"},
	{"GB", "England|Scotland|Wales|Northern Ireland|Britain"},
	{"KR", "Korea"},
	{"NL", "Holland"},
	{"RU", "Soviet Union|USSR"},
	{"US", "America|States"},
};

/* --- names ------------------------------------------------------------------------------------ */

struct name {
	struct import_form form;
	const struct country *country;
};

static struct {
	pthread_once_t once;
	struct arena arena;
	struct name *certain; /* in the order of their forms */
	size_t count;
	struct import_form *near; /* English names first: they win where two are equally near */
	const struct country **near_countries;
	size_t near_count;
} all = {.once = PTHREAD_ONCE_INIT};

static const struct country *country_of(const char *code)
{
	for (size_t i = 0; i < ARRAY_LEN(countries); i++)
		if (strcmp(countries[i].code, code) == 0)
			return &countries[i];
	return NULL;
}

static void add_near(struct import_form form, const struct country *country)
{
	INVARIANT(all.near_count < NAMES_MAX);
	all.near_countries[all.near_count] = country;
	all.near[all.near_count++] = form;
}

static void add_certain(const struct country *country, struct str text)
{
	INVARIANT(all.count < NAMES_MAX);
	all.certain[all.count++] = (struct name){import_form_of(&all.arena, text), country};
}

static void add_names(const struct country *country, const char *names)
{
	struct str rest = str_of(names);

	while (rest.ptr)
		add_certain(country, str_cut(&rest, '|'));
}

static int compare(const void *a, const void *b)
{
	return str_cmp(((const struct name *)a)->form.form, ((const struct name *)b)->form.form);
}

/* Letters of codes are no names that another could be near. */
static void add_all_near(void)
{
	for (size_t i = 0; i < ARRAY_LEN(countries); i++) {
		struct str names = str_of(countries[i].names);

		add_near(import_form_of(&all.arena, str_cut(&names, '|')), &countries[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(said_of); i++) {
		struct str names = str_of(said_of[i].names);

		while (names.ptr)
			add_near(import_form_of(&all.arena, str_cut(&names, '|')),
				country_of(said_of[i].code));
	}
	for (size_t i = 0; i < all.count; i++)
		if (all.certain[i].form.text.len > 3)
			add_near(all.certain[i].form, all.certain[i].country);
}

static void make(void)
{
	arena_init(&all.arena);
	all.certain = ARENA_ARRAY(&all.arena, struct name, NAMES_MAX);
	all.near = ARENA_ARRAY(&all.arena, struct import_form, NAMES_MAX);
	all.near_countries = ARENA_ARRAY(&all.arena, const struct country *, NAMES_MAX);
	for (size_t i = 0; i < ARRAY_LEN(countries); i++) {
		add_certain(&countries[i], str_of(countries[i].code));
		add_certain(&countries[i], str_of(countries[i].three));
		add_names(&countries[i], countries[i].names);
	}
	for (size_t i = 0; i < ARRAY_LEN(known_as); i++)
		add_names(country_of(known_as[i].code), known_as[i].names);
	add_all_near();
	qsort(all.certain, all.count, sizeof(all.certain[0]), compare);
}

/* --- asking ----------------------------------------------------------------------------------- */

static const struct country *find(struct arena *arena, struct str text)
{
	struct name key = {.form = import_form_of(arena, text)};
	const struct name *found;

	if (key.form.form.len == 0)
		return NULL;
	found = bsearch(&key, all.certain, all.count, sizeof(key), compare);
	return found ? found->country : NULL;
}

/* The Netherlands are Netherlands. */
static struct str without_article(struct str text)
{
	struct str article = STR("the ");

	return text.len > article.len && str_eq_nocase(str_slice(text, 0, article.len), article)
		? str_slice(text, article.len, text.len)
		: text;
}

struct str import_country_code(struct str text)
{
	const struct country *country;
	struct arena arena;

	pthread_once(&all.once, make);
	if (text.len > TEXT_MAX)
		return STR_NONE;
	arena_init(&arena);
	country = find(&arena, text);
	if (!country)
		country = find(&arena, without_article(text));
	arena_deinit(&arena);
	return country ? str_of(country->code) : STR_NONE;
}

struct str import_country_near(struct str text)
{
	const struct import_form *nearest;
	struct import_form form;
	struct arena arena;
	int distance = 0;
	struct str names = STR_NONE;

	pthread_once(&all.once, make);
	if (text.len > TEXT_MAX)
		return STR_NONE;
	arena_init(&arena);
	form = import_form_of(&arena, without_article(text));
	nearest = import_form_nearest(&form, all.near, all.near_count, &distance);
	if (nearest)
		names = str_of(all.near_countries[nearest - all.near]->names);
	arena_deinit(&arena);
	return nearest ? str_cut(&names, '|') : STR_NONE;
}
