// The accounts of the demonstration district, in one place. Their passwords are public: `server/src/demo` sets them.
import type { Account } from './fixtures';

const password = 'wuze-2026';

export const leader: Account = { login: 'leader', password };

/** By role, as the server prints them at its start. */
export const accounts = { leader };
