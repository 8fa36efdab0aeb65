/* SPDX-License-Identifier: Apache-2.0 */
/* Resources: rows that are part of records of another resource. */
#include "core/resource_internal.h"

/* The common fields of an element are its record's; of its own it has the id. */
static bool is_element_field(
	const struct resource_nested *nested, const struct resource_field *field)
{
	const struct field *declared = nested->of->entity->fields;

	if (field == nested->by)
		return false;
	if (field == &nested->of->fields[0])
		return true;
	while (declared->kind && declared != field->field)
		declared++;
	return declared->kind;
}

static void choose_fields(struct resource_nested *nested)
{
	nested->fields = ARENA_ARRAY(
		&resource_memory, const struct resource_field *, nested->of->field_count);
	for (size_t i = 0; i < nested->of->field_count; i++)
		if (is_element_field(nested, &nested->of->fields[i]))
			nested->fields[nested->field_count++] = &nested->of->fields[i];
}

static const char *fault_of(const struct resource *r, const struct resource_nested *nested)
{
	unsigned never = ENTITY_CUSTOM | ENTITY_TAGS | ENTITY_BARE;
	unsigned always = ENTITY_NESTED | ENTITY_READ_ONLY;

	if (!nested->of)
		return "nests an unknown entity";
	if ((nested->of->entity->flags & always) != always || (nested->of->entity->flags & never))
		return "nests an entity that is not made for it";
	if (nested->of->parent)
		return "nests what another entity nests";
	if (!nested->by || nested->by->target != r ||
		!resource_field_is(nested->by, FIELD_READ_ONLY))
		return "nests by what is no read-only reference to it";
	if (!nested->position || nested->position->field->kind != FIELD_INTEGER ||
		!resource_field_is(nested->position, FIELD_READ_ONLY))
		return "nests what has no read-only position";
	if (nested->most < 1)
		return "nests nothing";
	return resource_field_find(r, nested->name) ? "nests under the name of a field" : NULL;
}

static enum err link_one(
	struct problem *problem, struct resource *r, const struct entity_nested *declared)
{
	struct resource_nested *nested = &r->nested[r->nested_count++];
	const struct resource *of = resource_find(str_of(declared->of));
	struct resource *child = (struct resource *)(uintptr_t)of;
	const char *fault;

	*nested = (struct resource_nested){
		.name = str_of(declared->name),
		.label = resource_label(str_of(declared->name)),
		.of = of,
		.by = of ? resource_field_find(of, str_of(declared->by)) : NULL,
		.position = of ? resource_field_find(of, STR("position")) : NULL,
		.most = declared->most,
	};
	fault = fault_of(r, nested);
	if (fault)
		return resource_refuse(problem, r, declared->name, fault);
	child->parent = r;
	child->parent_field = nested->by;
	choose_fields(nested);
	return ERR_OK;
}

enum err resource_link_nested(struct problem *problem, struct resource *r)
{
	const struct entity_nested *declared = r->entity->nested;
	size_t count = 0;
	enum err err = ERR_OK;

	while (declared && declared[count].name)
		count++;
	if (count > RESOURCE_MAX_NESTED)
		return resource_refuse(problem, r, NULL, "nests too much");
	r->nested = ARENA_ARRAY(&resource_memory, struct resource_nested, count + 1);
	for (size_t i = 0; i < count && !err; i++)
		err = link_one(problem, r, &declared[i]);
	return err;
}

enum err resource_check_parent(struct problem *problem, const struct resource *r)
{
	bool nested = r->entity->flags & ENTITY_NESTED;

	if (nested != (r->parent != NULL))
		return resource_refuse(problem, r, NULL, "is nested in nothing");
	if (nested && r->nested_count)
		return resource_refuse(problem, r, NULL, "nests and is nested");
	return ERR_OK;
}

const struct resource_nested *resource_nested_find(const struct resource *resource, struct str name)
{
	for (size_t i = 0; i < resource->nested_count; i++)
		if (str_eq(resource->nested[i].name, name))
			return &resource->nested[i];
	return NULL;
}
