/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entities: what a CRM knows, as tables of rows.
 *
 * A file in src/entity/ declares one entity and nothing else names its fields: routes, validation, SQL,
 * filters, access, OpenAPI, CSV, the UI's metadata and imports all walk this table. The declaration is
 * constant; what the server derives from it at start stands in struct resource (core/resource.h).
 *
 * The database has the last word: types, checks, keys and row security of the table that `plural` names
 * (migrations/). A test compares both.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct request;

enum field_kind {
	FIELD_TEXT = 1, /* 0 ends a list of fields */
	FIELD_LONG_TEXT,
	FIELD_EMAIL,
	FIELD_PHONE,
	FIELD_URL,
	FIELD_INTEGER,
	FIELD_DECIMAL,
	FIELD_PERCENT,
	FIELD_MONEY,
	FIELD_CURRENCY,
	FIELD_COUNTRY,
	FIELD_TIME_ZONE,
	FIELD_BOOLEAN,
	FIELD_DATE,
	FIELD_DATETIME,
	FIELD_ENUM,
	FIELD_PICKLIST,
	FIELD_MULTI_PICKLIST,
	FIELD_REFERENCE,
	FIELD_MULTI_REFERENCE,
	FIELD_JSON,
	FIELD_UUID,
	FIELD_EXTERNAL_IDS, /* the common field externalIds */
	FIELD_DIFF,         /* of a change: {"field": [before, after]} */
	FIELD_KIND__COUNT
};

enum field_flag {
	FIELD_REQUIRED = 1 << 0,  /* on create and replace */
	FIELD_READ_ONLY = 1 << 1, /* written by the server or the database only */
	FIELD_IMMUTABLE = 1 << 2, /* may be set on create, not changed */
	FIELD_TITLE = 1 << 3,     /* names the record, in this order, joined by a space */
	FIELD_LISTED = 1 << 4,    /* a column of the default list */
	FIELD_SEARCHED = 1 << 5,  /* part of the table's full-text column `search` */
	FIELD_NO_FILTER = 1 << 6,
	FIELD_NO_SORT = 1 << 7,
	FIELD_SIGNED = 1 << 8,    /* money that may be negative */
	FIELD_CALLER = 1 << 9,    /* a person; the caller when absent on create */
	FIELD_CUSTOM = 1 << 10,   /* a tenant's own; lives in the column `custom` */
	FIELD_DETAIL = 1 << 11,   /* only on the record itself, not in lists (long documents) */
	FIELD_NOT_NULL = 1 << 12, /* always there: the database fills what the client leaves out */
	/* No column but a function of the row, named <entity>_<column>: task_overdue(tasks) returns boolean.
	 * Stable, of the type a column would have, money rounded; never null with FIELD_NOT_NULL. Read like
	 * any field: filtered, sorted, exported. Goes with FIELD_READ_ONLY. "Today" is app_today(). */
	FIELD_COMPUTED = 1 << 13,
	FIELD_MERGED = 1 << 14,   /* an object that a PATCH merges into the stored one (RFC 7396) */
	FIELD_POSITIVE = 1 << 15, /* a decimal above zero */
	FIELD_STICKY = 1 << 16,   /* a boolean that is true of merged records when it was of any */
};

struct field_option {
	const char *key, *label;
};

struct field {
	const char *name; /* JSON name, camelCase; the column is its snake_case */
	enum field_kind kind;
	unsigned flags;
	const char *label;   /* NULL: made from the name */
	const char *section; /* group on the record page; NULL: the main one */
	const char *help;
	const char *aliases;  /* what other programs call it, a | between; NULL for nothing else */
	int min_len, max_len; /* of text, in code points; 0 = the kind's */
	bool has_min, has_max;
	int64_t min, max; /* of integer, decimal, money, percent: whole units; of dates: unused */
	const char *least, *most; /* a tenant's instead: decimals as text, 0.25; NULL for none */
	int scale;                /* decimals kept; 0 = the kind's */
	const struct field_option *options; /* of an enum, ends with a NULL key */
	/* Of a computed enum: keys whose live rows the database finds by an index, through a condition that all
	 * of them meet: invoice_status_overdue(invoices) returns boolean. Ends with NULL. */
	const char *const *hinted;
	const char *picklist;   /* of picklist and multiPicklist: picklist_options.picklist */
	const char *references; /* name of the entity referred to */
	const char
		*initial; /* default as JSON text, for documentation; the column's default decides.
				 * Such a field is never null */
	unsigned
		hidden_from; /* HIDDEN_FROM of presets: their callers do not see the field, unless their
			       * role says otherwise */
	const char *pattern; /* POSIX extended regular expression that the whole text must match */
	/* What the server makes of a computed text before it is answered: the database knows a part of the
	 * value only. NULL for none. Such a field is neither filtered nor sorted by, and FIELD_DETAIL. */
	struct str (*finish)(struct request *req, struct str value);
	const char *
		with; /* the field without which this one says nothing: merged records take both or none */
};

/* What old rows may lack although new ones must have it is only a tenant's own field. */
static inline bool field_never_null(const struct field *field)
{
	if (field->flags & FIELD_CUSTOM)
		return false;
	return field->initial || (field->flags & (FIELD_REQUIRED | FIELD_NOT_NULL)) ||
		field->kind == FIELD_MULTI_PICKLIST || field->kind == FIELD_MULTI_REFERENCE;
}

/* Text that people write, of some length; not a key, an id or a moment. */
static inline bool field_is_prose(const struct field *field)
{
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_EMAIL:
	case FIELD_PHONE:
	case FIELD_URL:
	case FIELD_TIME_ZONE:
		return true;
	default:
		return false;
	}
}

/* Who may do what, by preset: letters for read, create, update, delete out of a(ll) t(eam) p(artner) o(wn)
 * n(one), after which further verbs may be stated; `-` and what is left out follow from the others
 * (core/access.h). An organisation's roles may say otherwise. */
enum preset {
	PRESET_ADMIN,
	PRESET_MANAGER,
	PRESET_USER,
	PRESET_ACCOUNTANT,
	PRESET_PARTNER_ADMIN,
	PRESET_PARTNER_USER,
	PRESET__COUNT
};

#define HIDDEN_FROM(preset) (1u << (preset))
#define HIDDEN_FROM_PARTNERS (HIDDEN_FROM(PRESET_PARTNER_ADMIN) | HIDDEN_FROM(PRESET_PARTNER_USER))

/* The letters up to assigning travel to the database (app.access), which enforces them; the others are the
 * server's to ask for. */
enum verb {
	VERB_READ,
	VERB_CREATE,
	VERB_UPDATE,
	VERB_DELETE,
	VERB_ASSIGN,  /* say whose a record is */
	VERB_ISSUE,   /* make a document binding */
	VERB_CORRECT, /* void or credit one that is */
	VERB_EXPORT,
	VERB_IMPORT,
	VERB_BULK, /* change many at once */
	VERB_MERGE,
	VERB__COUNT
};

#define VERBS_STATED ((size_t)VERB_DELETE + 1)

enum entity_flag {
	ENTITY_TAGS = 1 << 0,      /* has `tags` */
	ENTITY_CUSTOM = 1 << 1,    /* has `custom`: takes custom fields */
	ENTITY_SEARCH = 1 << 2,    /* has the tsvector column `search` */
	ENTITY_READ_ONLY = 1 << 3, /* written by triggers or features only */
	ENTITY_NO_DELETE = 1 << 4, /* deactivated or archived instead */
	ENTITY_NO_CREATE = 1 << 5, /* created by a feature (registration, invitation) */
	ENTITY_BARE = 1 << 6,      /* none of the common columns but org_id, id */
	ENTITY_NO_IMPORT = 1 << 7,
	ENTITY_SHAPES =
		1 << 8, /* its rows shape the requests of all: a write drops tenants and callers */
	ENTITY_OWN_IDS = 1
		<< 9, /* has `own_ids`: the people whose own a row is, when no one column says it */
	ENTITY_PRIVATE = 1
		<< 10, /* rows may be private: who sees all of them still sees fewer than the author */
	ENTITY_TEMPLATES =
		1 << 11, /* has `isTemplate`: lists leave such rows out unless they filter by it */
	ENTITY_LOCKED = 1 << 12, /* access is the preset's: no role is given more or less of it */
	ENTITY_READ_AGAIN = 1
		<< 15, /* what triggers write elsewhere counts in its computed fields: a write answers the row as
			* it is afterwards */
	ENTITY_ENDED = 1 << 13, /* read-only, but for the delete, which a feature serves */
	ENTITY_NESTED =
		1 << 16, /* rows of other records, written with them; goes with ENTITY_READ_ONLY */
	ENTITY_CONFIRM = 1
		<< 18, /* a DELETE may have to say confirm=<word>: triggers find it in app.confirm */
	ENTITY_MONEY = 1 << 17, /* documents and payments, which an accountant's log is about */
};

/*
 * Rows of another entity that are part of a record: lines of a deal, people of an event. They are read with
 * the record and written with it, as one array that replaces them whole.
 *
 * The other entity has ENTITY_NESTED | ENTITY_READ_ONLY, no access of its own (its letters are the
 * record's), a read-only reference to the record, and a read-only integer `position`. What says `initial` is
 * given to an element that leaves it out; what is NOT_NULL without one is filled by a trigger of the table,
 * which protect_nested() protects. Its `check` runs for every element.
 */
struct entity_nested {
	const char *name; /* of the array: lines */
	const char *of;   /* the other entity: deal_line */
	const char *by;   /* its reference to this one: dealId */
	int most;         /* elements */
};

/* A name of a database constraint or unique index and what it means to the client. */
struct entity_constraint {
	const char *constraint;
	const char *field;
	const char *code; /* NULL: INVALID, or DUPLICATE (409) for a unique one */
	const char *message;
};

/* How many live records of another entity refer to a record by one of its fields, as far as the caller sees
 * them. Answered under `name` where `include=counts` asks for it. */
struct entity_count {
	const char *name;
	const char *of; /* the other entity */
	const char *by; /* its reference field */
};

/* What becomes of records that refer to one which goes to the trash. Those that went along come back with
 * it; a record cannot come back while one that it would keep from going is in the trash itself. */
enum delete_rule {
	DELETE_BLOCK,   /* they keep it from going: 409 that names them and how many */
	DELETE_ASK,     /* likewise, unless cascade=true: then they go along */
	DELETE_CASCADE, /* they go along */
	DELETE_DETACH,  /* they stay, and refer to nothing until it comes back */
	DELETE_MOVE, /* they keep it from going, unless moveTo=<id> says what to refer to instead */
	DELETE_PICKED, /* of options: whatever field of any entity holds the key keeps it from going */
	DELETE_RULE__COUNT
};

struct entity_delete {
	const char *of; /* the other entity */
	const char *by; /* its reference field */
	enum delete_rule rule;
	const char *when;      /* only those whose field of this name, computed or not … */
	const char *const *in; /* … is one of these; NULL: is not null. See ONE_OF */
	const char *word;      /* what these are called: "open" */
	bool only_target;      /* only those that are about nothing else: see entity.targets */
};

#define ONE_OF(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What a revert does not take back, because others rely on it (documents, money): a changeset in which `field`
 * was, or became, one of `in` (NULL: anything but null). `instead` is a sentence that says what to do. */
struct entity_final {
	const char *field;
	const char *const *in;
	const char *instead;
};

/* By what two records are taken for the same (migrations, duplicates_and_merge). */
enum duplicate_kind {
	DUPLICATE_NONE,
	DUPLICATE_EMAIL,   /* the same address, but for case and what stands behind a plus */
	DUPLICATE_PHONE,   /* the same last nine digits */
	DUPLICATE_DOMAIN,  /* the same domain, unless many have their mail there */
	DUPLICATE_WEBSITE, /* likewise, of an address in the web */
	DUPLICATE_NAME, /* the fields together are alike: accents, typing errors, legal forms aside */
	DUPLICATE_KIND__COUNT
};

enum { DUPLICATE_MAX_FIELDS = 3 };

/* Where such records can be found, they can be merged. */
struct entity_duplicates {
	enum duplicate_kind kind;
	const char *
		fields[DUPLICATE_MAX_FIELDS]; /* any of the one like any of the other; a NAME all */
};

/* Records in columns: one for each option of an enum, or for each stage of a pipeline. */
struct entity_board {
	const char *by;    /* enum, or reference to a stage */
	const char *order; /* sort of the cards in a column; NULL: the default one */
	/* Added up for each column: money in the organisation's currency, which `amount` has been converted to,
	 * and the same weighted by a per cent; NULL for none. */
	const char *amount, *sum, *weight;
	/* A table that keeps the sums by these fields (migration 0048 says how); NULL where they are added up
	 * from the records. See ONE_OF. */
	const char *totals;
	const char *const *totals_by;
};

struct entity_default {
	const char *field, *text;
};

/* A further route to an entity, with what is taken for granted there. */
struct entity_alias {
	const char *path;
	const struct entity_default
		*defaults; /* of new records; ends with a NULL field; NULL for none */
	const char *const *
		required; /* further fields that a record must have; ends with NULL; NULL for none */
	bool counts;      /* answers tell the entity's counts unasked */
	/* The path begins with another record, as in partners/{partnerId}/leads: only its records are there,
	 * and new ones become its own, by this reference field. NULL where it does not. */
	const char *within;
};

struct record_write;

struct entity {
	const char *name;   /* singular snake_case; the file's name */
	const char *plural; /* the route is its kebab-case */
	const char *table;  /* when it is not the plural (users: memberships), else NULL */
	const char *
		names; /* view of org_id, id and titles, for who may name a record that it may not read */
	const char *path; /* route when it is not the plural (audit-logs), else NULL */
	const struct entity_alias *aliases; /* ends with a NULL path; NULL for none */
	const struct field
		*remark; /* may be said with a write and is not kept in the record: the database's
				     * triggers find it in app.comment; NULL for none */
	const struct entity_count *counts;  /* ends with a NULL name; NULL for none */
	const struct entity_board *board;   /* NULL for none */
	const struct entity_nested *nested; /* ends with a NULL name; NULL for none */
	const char *label, *label_plural;
	const char *icon;           /* of lucide */
	const char *group;          /* crm, sales, work, admin */
	const struct field *fields; /* without the common ones; ends with kind 0 */
	unsigned flags;
	const char *default_sort; /* NULL: -createdAt */
	const char *
		owner_field; /* "own" means this equals the caller: the server adds the predicate */
	const char *also_owner;  /* or this column does, which a trigger keeps; NULL for none */
	const char *own_through; /* instead: "own" is whose record this reference field names */
	const char *
		currency_of; /* where money is in the currency of the record that this reference field names,
				  * which a nested row's parent needs not be told of; NULL: `currency` says it */
	const char *partner_field; /* "partner" means this equals the caller's partner: likewise */
	const char *access[PRESET__COUNT];
	const struct entity_constraint
		*constraints;                  /* ends with a NULL constraint; NULL for none */
	const struct entity_delete *on_delete; /* ends with a NULL `of` and `by`; NULL for none */
	const struct entity_final *finals;     /* ends with a NULL field; NULL for none */
	const struct entity_duplicates *duplicates; /* ends with kind 0; NULL for none */
	/* What stays with its record whatever is merged, such as an issued invoice: that record can only be the
	 * one that is kept. Ends with a NULL `of`; the entity's own `id` asks of the record itself. */
	const struct entity_delete *kept_for;
	const char
		*instead; /* what to do with one that is in use, a sentence; NULL for no advice */
	const char *move_within; /* DELETE_MOVE: both records are alike in this reference field */
	/* What a record can be about: reference fields; ends with NULL. `filled_target` is one more, which
	 * is filled in from the others and does not count when it says nothing else than they do. */
	const char *const *targets;
	const char *filled_target;
	/* Checks that no single field can make, and values that follow from others. Adds to the problem;
	 * runs before the database sees anything. NULL for none. */
	void (*check)(struct record_write *write);
};

/* Limits of a number, both included. */
#define RANGE(least, most) .has_min = true, .has_max = true, .min = (least), .max = (most)

/* The usual address block, prefix X: XStreet … XCountry. */
#define ADDRESS_FIELDS(prefix, title)                                                       \
	{.name = prefix "Street",                                                           \
		.kind = FIELD_TEXT,                                                         \
		.max_len = 255,                                                             \
		.aliases = "address|street address|address line 1",                         \
		.section = title,                                                           \
		.label = "Street"},                                                         \
		{.name = prefix "City",                                                     \
			.kind = FIELD_TEXT,                                                 \
			.max_len = 100,                                                     \
			.aliases = "town",                                                  \
			.section = title,                                                   \
			.label = "City"},                                                   \
		{.name = prefix "Region",                                                   \
			.kind = FIELD_TEXT,                                                 \
			.max_len = 100,                                                     \
			.aliases = "state|province|county",                                 \
			.section = title,                                                   \
			.label = "Region"},                                                 \
		{.name = prefix "PostalCode",                                               \
			.kind = FIELD_TEXT,                                                 \
			.max_len = 20,                                                      \
			.aliases = "zip|zip code|postcode",                                 \
			.section = title,                                                   \
			.label = "Postal code"},                                            \
	{                                                                                   \
		.name = prefix "Country", .kind = FIELD_COUNTRY,                            \
		.aliases = "location|office location", .section = title, .label = "Country" \
	}

/* Generated from the names of the files in src/entity/; ends with NULL. */
extern const struct entity *const entity_registry[];
