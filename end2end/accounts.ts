// The accounts of the demonstration district, in one place. `server/src/demo/accounts.rs` makes them; the password is public.
import type { Account } from './fixtures';

const password = 'binhai-demo';
const account = (login: string): Account => ({ login, password });

/** 党组织主要负责人 */
export const leader = account('leader');
/** 联络员 */
export const liaison = account('liaison');
/** 党风政风监督室 */
export const office = account('office');
/** 党风政风监督室干部 */
export const office2 = account('office2');
/** 分管副书记 */
export const deputy = account('deputy');
/** 区纪委书记 */
export const secretary = account('secretary');
/** 派驻纪检监察组 */
export const team = account('team');
/** 联系纪检监察室 */
export const supervisor = account('supervisor');
/** 派驻纪检监察组干部，与 team 同组 */
export const team2 = account('team2');
/** 联系纪检监察室干部，与 supervisor 同室 */
export const supervisor2 = account('supervisor2');
/** 镇（街道）纪（工）委 */
export const committee = account('committee');
/** 区纪委办公室 */
export const general = account('general');
/** 班子成员 */
export const member = account('member');
/** 新任主要负责人 */
export const newleader = account('newleader');
/** 待签收的主要负责人 */
export const unsigned = account('unsigned');
/** 征求意见的单位 */
export const commenting = account('commenting');
/** 兼任两个岗位 */
export const twoposts = account('twoposts');
/** 主持工作 */
export const acting = account('acting');
/** 区委书记 */
export const districtleader = account('districtleader');
/** 系统管理员 */
export const sysadmin = account('sysadmin');
/** 安全管理员 */
export const security = account('security');
/** 审计管理员 */
export const audit = account('audit');
