/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The digits of phone numbers stand in the search document, which is where they are looked for. As columns
 * of their own nobody read them, and PostgreSQL reads and plans the expression of a generated column
 * anew for every INSERT and UPDATE.
 */
alter table companies drop column phone_digits;
alter table contacts drop column phone_digits, drop column mobile_digits;
alter table leads drop column phone_digits;
