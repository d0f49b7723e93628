import { chromium } from '@playwright/test';
const B='http://127.0.0.1:18333', id=process.argv[2], out='/tmp/hs/';
const br=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']});
const problems=[];
async function ctx(opts={}){const c=await br.newContext({baseURL:B,locale:'zh-CN',timezoneId:'Asia/Shanghai',...opts});c.on('console',m=>{if(m.type()==='error')problems.push(m.text()+' '+m.location().url)});c.on('weberror',e=>problems.push('script '+e.error().stack));return c}
async function sign(login,opts){const c=await ctx(opts);const p=await c.newPage();await p.goto('/signin');await p.getByLabel('账号').fill(login);await p.getByLabel('密码',{exact:true}).fill('binhai-demo');await p.getByRole('button',{name:'登录'}).click();await p.waitForURL(u=>u.pathname!=='/signin');return p}
const phone={viewport:{width:390,height:844},isMobile:true,hasTouch:true};
const shot=async(p,n,w,full=true)=>{if(w)await p.setViewportSize(w);await p.waitForTimeout(350);await p.screenshot({path:out+n+'.png',fullPage:full})};
const D={width:1440,height:900},P={width:390,height:844},S={width:1920,height:1080};
const both=async(p,n)=>{await shot(p,n+'-1440',D);await shot(p,n+'-390',P);await p.setViewportSize(D)};
const op=await sign('office',{viewport:D});
await op.goto('/hall/'+id); await both(op,'console-prep');
await op.getByRole('button',{name:'开始签到'}).click(); await op.waitForLoadState();
const scr=await (await op.context()).newPage(); await scr.setViewportSize(S); await scr.goto('/screen/'+id); await shot(scr,'screen-checkin');
async function comein(login,opts){const p=await sign(login,{...phone,...opts});const digits=(await scr.locator('#code b').innerText()).replace(/\s/g,'');await p.goto('/m/'+digits);if(login==='member')await shot(p,'checkin-390');await p.getByRole('button',{name:'签到'}).click();await p.waitForURL(/\/room\//);return p}
const names=['secretary','general','supervisor','committee','member','districtleader'];
const raters=[];for(const n of names)raters.push(await comein(n,n==='liaison'?{javaScriptEnabled:false}:{}));
await shot(raters[4],'room-wait-390');
await op.goto('/hall/'+id+'/check-in'); await both(op,'desk');
for(let i=0;i<17;i++){await op.getByRole('button',{name:'登记到场',exact:true}).first().click();await op.waitForLoadState()}
await op.goto('/hall/'+id+'/ready'); await op.getByRole('button',{name:'试一次'}).click(); await op.waitForTimeout(1500); await op.reload(); await op.getByRole('button',{name:'演练一次'}).click(); await op.waitForLoadState(); await both(op,'ready');
await op.goto('/hall/'+id); await shot(op,'console-checkin');
await op.locator('button.big').click(); await op.waitForLoadState();
for(const r of raters){await r.getByRole('link',{name:'打开测评表'}).click();await r.waitForSelector('#ballot')}
await shot(raters[4],'ballot-empty-390');
const fill=async(p,marks)=>{const rows=p.locator('fieldset[data-row]');for(let i=0;i<await rows.count();i++){await rows.nth(i).getByText(marks[i],{exact:true}).first().click()}};
await fill(raters[4],['较好','好','弃权','一般','回避']);
await raters[4].locator('fieldset[data-row] details summary').first().click();
await shot(raters[4],'ballot-filled-390');
await shot(raters[4],'ballot-filled-view-390',null,false);
await raters[3].getByRole('button',{name:'提交'}).click(); await shot(raters[3],'ballot-missing-390',null,false);
for(let i=0;i<5;i++){if(i!==4)await fill(raters[i],['好','好','较好','好','一般']);await raters[i].getByRole('button',{name:/提交/}).click();await raters[i].getByText('✓ 已收到').waitFor()}
await shot(raters[4],'ballot-received-view-390',null,false);
await op.goto('/hall/'+id); await op.locator('button.big').click(); await op.waitForLoadState();
await op.locator('button.big').click(); await op.waitForLoadState();
await both(op,'console-report'); await shot(scr,'screen-report');
for(let i=0;i<3;i++){await op.locator('button.big').click(); await op.waitForLoadState(); if(i===0){await op.getByLabel('谁').fill('罗启明');await op.getByLabel('要点').fill('请说明群众反映的重复提交材料整改到哪一步');await op.getByRole('button',{name:'记下'}).click();await op.waitForLoadState();await shot(op,'console-questions',D)}}
await shot(scr,'screen-second');
const pre=await sign('leader',{...phone}); await pre.goto('/hall/'+id); await shot(pre,'presenter-390'); await shot(pre,'presenter-1440',D);
// offline
await raters[5].context().setOffline(true); await fill(raters[5],['好','好','较好','好','一般']); await raters[5].waitForTimeout(3600); await raters[5].getByRole('button',{name:'提交'}).click(); await shot(raters[5],'ballot-offline-view-390',null,false);
await raters[5].context().setOffline(false); await raters[5].getByText('✓ 已收到').waitFor({timeout:15000}); await raters[5].waitForTimeout(2500); await shot(raters[5],'ballot-back-view-390',null,false);
// paper for two
await op.goto('/hall/'+id+'/check-in'); for(const i of [0,1]){await op.getByRole('row').filter({hasText:'粉色'}).filter({hasText:'签到处登记'}).nth(i).getByRole('button',{name:'发纸质表'}).click();await op.waitForLoadState()}
await both(op,'desk-open');
const c1=await sign('team',{viewport:D}); await c1.goto('/hall/'+id+'/counter'); await fill(c1,['较好','好','弃权','一般','好']); await both(c1,'counter'); await c1.getByRole('button',{name:'录入这一张'}).click(); await c1.waitForLoadState();
const c2=await sign('supervisor',{viewport:D}); await c2.goto('/hall/'+id+'/counter'); await fill(c2,['好','好','弃权','一般','好']); await c2.getByRole('button',{name:'录入这一张'}).click(); await c2.waitForLoadState(); await shot(c2,'counter-differ-1440',D);
await op.goto('/hall/'+id);
for(let i=0;i<40;i++){const w=await op.locator('button.big').innerText();if(w==='收回测评表')break;await op.locator('button.big').click();await op.waitForLoadState()}
await both(op,'console-appraisal'); await shot(scr,'screen-appraisal');
await op.locator('button.big').click(); await op.waitForLoadState(); await shot(op,'console-closed',D);
const t1=await sign('deputy',{viewport:D}); await t1.goto('/hall/'+id+'/teller'); await both(t1,'teller-refused'); await t1.getByRole('button',{name:'确认封存'}).click(); await t1.waitForLoadState(); await shot(t1,'teller-refused2',D);
// settle paper: counters agree
for(const c of [c1,c2]) for(const n of ['1','2']){await c.goto('/hall/'+id+'/counter?group=a&number='+n); await fill(c,['好','好','较好','好','好']); await c.getByRole('button',{name:'录入这一张'}).click(); await c.waitForLoadState()}
await t1.goto('/hall/'+id+'/teller'); await t1.getByRole('button',{name:'确认封存'}).click(); await t1.waitForLoadState(); await shot(scr,'screen-closed');
const t2=await sign('general',{viewport:D}); await t2.goto('/hall/'+id+'/teller'); await t2.getByRole('button',{name:'确认封存'}).click(); await t2.waitForLoadState(); await shot(t2,'teller-sealed',D);
await shot(raters[4],'ballot-sealed-view-390',null,false); await shot(scr,'screen-sealed');
await op.goto('/hall/'+id); await shot(op,'console-sealed',D); await op.locator('button.big').click(); await op.waitForLoadState(); await shot(scr,'screen-end');
await op.goto('/hall/'+id+'/papers'); await both(op,'papers'); await op.goto('/hall/'+id+'/papers/roll'); await shot(op,'roll'); await op.goto('/hall/'+id+'/papers/ballots'); await shot(op,'ballots');
console.log(problems.join('\n')); await br.close();
