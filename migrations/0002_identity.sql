/* SPDX-License-Identifier: Apache-2.0 */
/*
 * People, organisations, sessions, roles.
 *
 * users, credentials, sessions, refresh_tokens and login_attempts are global and have no grants to
 * cairn_app: the functions below are the only way to them. All are SECURITY DEFINER, owned by
 * cairn_lookup, executable by cairn_app. Token hashes and password hashes are computed by the
 * server; nothing secret reaches the change log. "row or nothing" means zero rows for no.
 * Errors for the client: CR403, CR404, CR409, CR422 (DETAIL = JSON array of {field,code,message}).
 * An outcome that must survive (a counted attempt, a revoked family) needs the statement COMMITTED,
 * also when the request then fails: run it by itself.
 *
 * Registration
 *   auth_register(user_id uuid, org_id uuid, email text, password_hash text, first_name text,
 *       last_name text, organization text, time_zone text, locale text, currency text)
 *       -> (user_id uuid, org_id uuid)
 *       Ids null = made here; time_zone, locale, currency null = UTC, en, EUR. Makes the user, the
 *       organisation with its roles, pipelines, stages and picklists, and the admin membership.
 *       CR409 when the e-mail has a login.
 *   auth_organization_create(user_id uuid, org_id uuid, organization text, time_zone text,
 *       locale text, currency text) -> org_id uuid          another organisation for a known user
 *
 * Signing in
 *   auth_attempt(key text, max_attempts int, window_seconds int)
 *       -> (allowed bool, retry_after int)                   counts and decides in one step; COMMIT
 *   auth_attempt_clear(key text) -> void                     after a success
 *   auth_find_login(email text)
 *       -> row or nothing (user_id uuid, email text, first_name text, last_name text,
 *          password_hash text, memberships jsonb)
 *       memberships: active ones only, last used first:
 *       [{"orgId","organization","role","roleName","partnerId","teamId"}]
 *   auth_memberships(user_id uuid) -> jsonb                  the same array
 *
 * Sessions (a session is also the family of its refresh tokens)
 *   auth_session_create(user_id uuid, org_id uuid, session_id uuid, refresh_hash bytea,
 *       ttl_seconds int, address text, user_agent text) -> (session_id uuid, expires_at timestamptz)
 *       session_id null = made here. CR403 without an active membership. Logs action `login`.
 *   auth_refresh_rotate(old_hash bytea, new_hash bytea, ttl_seconds int, address text,
 *       user_agent text)
 *       -> one row (outcome text, session_id uuid, user_id uuid, org_id uuid, expires_at timestamptz)
 *       outcome: ok       new_hash is now the valid token, hand out both tokens
 *                grace    the old token was rotated at most 10 s ago: access token only
 *                reused   later reuse: the whole family is revoked; COMMIT
 *                expired  unknown, revoked, expired, or the membership is no longer active
 *   auth_session_check(session_id uuid, org_id uuid, user_id uuid)
 *       -> row or nothing (user_id uuid, org_id uuid, email text, first_name text, last_name text,
 *          role text, role_name text, preset text, access jsonb, team_id uuid, team_users uuid[],
 *          partner_id uuid, org_name text, currency text, time_zone text, locale text,
 *          week_start int, fiscal_year_start_month int, settings jsonb, expires_at timestamptz)
 *       Nothing = the session is revoked or over, is not in that organisation, or the membership is
 *       inactive: 401. access: only what differs from the preset, {"contacts":"aona"}. team_users is
 *       the literal for app.team_users, the caller included. Writes nothing.
 *   auth_session_list(user_id uuid) -> rows (session_id uuid, org_id uuid, organization text,
 *       address text, user_agent text, created_at, last_seen_at, expires_at timestamptz)
 *   auth_session_revoke(user_id uuid, session_id uuid) -> bool       false: no such live session
 *   auth_session_revoke_all(user_id uuid, except_session uuid) -> int        except may be null
 *   auth_switch(session_id uuid, user_id uuid, org_id uuid) -> bool  false: no active membership
 *
 * Password
 *   auth_password(user_id uuid) -> text                      the hash, for the check of the old one
 *   auth_change_password(user_id uuid, password_hash text, keep_session uuid) -> int
 *       revokes every other session, answers how many
 *
 * Invitations (the context is needed for the first and the last: the caller's organisation)
 *   auth_invite(email text, role text, team_id uuid, partner_id uuid, first_name text,
 *       last_name text, token_hash bytea, ttl_seconds int) -> (id uuid, expires_at timestamptz)
 *       Needs create on memberships: letter a, or p for partner roles of the own partner. Replaces
 *       an open invitation of the same e-mail. CR409 when the e-mail is an active member.
 *   auth_invitation_find(token_hash bytea) -> row or nothing (email text, first_name text,
 *       last_name text, organization text, role text, has_login bool, expires_at timestamptz)
 *   auth_invitation_accept(token_hash bytea, user_id uuid, password_hash text, first_name text,
 *       last_name text) -> (user_id uuid, org_id uuid, created bool)
 *       password_hash is for an e-mail without a login and ignored otherwise (who already has one
 *       signs in with it). CR404 when the token is unknown, used, revoked or over.
 *   auth_invitation_revoke(id uuid) -> bool
 *
 * Idempotency-Key (context needed)
 *   idempotency_claim(method text, path text, key text, body_hash bytea)
 *       -> one row (outcome text, status int, headers text, body bytea)
 *       outcome: new        go on, and store the answer in the same transaction
 *                replay     answer with status, headers, body
 *                in_flight  409
 *                mismatch   the key came with another body: 422
 *   idempotency_store(method text, path text, key text, status int, headers text, body bytea)
 *   idempotency_sweep() -> int                               deletes what is older than 24 h
 */
