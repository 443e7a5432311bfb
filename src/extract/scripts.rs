//! Names in Chinese, Japanese and Korean writing, where no space tells a name from the words around it.
//!
//! Owns the phrases around such names and how they fall into family and given name. Must not know other scripts.

use super::asked::Asked;
use super::name::Name;
use super::proposal::{Scene, sure};

/// Frequent family names of one character, Chinese (simplified and traditional).
const CHINESE: &str = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭萧田董袁潘于於蒋蔣蔡余杜叶葉\
    程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范石廖贾賈夏韦韋付傅方白邹鄒孟熊秦邱江尹薛闫阎段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯";
const TWO_CHARACTERS: &[&str] =
    &["欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "司徒", "东方", "皇甫", "慕容", "令狐"];
/// Frequent Korean family names.
const KOREAN: &str = "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용";
/// Characters that end a name in a sentence written without spaces.
const ENDS: &str = "我想要是的在来來今请請有需，。";
const ASKS_NAME: &[&str] = &["姓名", "名字", "称呼", "稱呼", "贵姓", "貴姓", "名前", "이름", "성함"];
const ASKS_EMAIL: &[&str] = &["邮箱", "郵箱", "邮件", "電子郵件", "メール", "이메일"];
const ASKS_PHONE: &[&str] = &["电话", "電話", "手机", "手機", "전화"];

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '々')
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}

fn is_written_so(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| is_han(c) || is_kana(c) || is_hangul(c))
}

/// Is one of two words written so, and the other not?
pub(super) fn differ(one: &str, other: &str) -> bool {
    is_written_so(one) != is_written_so(other)
}

/// What an agent's message in one of these scripts asks for.
pub(super) fn asked(text: &str) -> Asked {
    let mut asked = Asked::NOTHING;
    if !is_written_so(text) {
        return asked;
    }
    for (list, what) in [(ASKS_NAME, Asked::NAME), (ASKS_EMAIL, Asked::EMAIL), (ASKS_PHONE, Asked::PHONE)] {
        if list.iter().any(|w| text.contains(w)) {
            asked = asked.with(what);
        }
    }
    asked
}

/// The customer's name, stated or in answer.
pub(super) fn named(text: &str, scene: &Scene) -> Option<Name> {
    if !is_written_so(text) {
        return None;
    }
    stated(text).or_else(|| {
        if !scene.asked.has(Asked::ANY_NAME) {
            return None;
        }
        let bare = text.trim().trim_end_matches(['。', '.', '!', '！', ' ', '，']);
        let bare = bare.strip_suffix("です").or_else(|| bare.strip_suffix("입니다")).unwrap_or(bare);
        chinese(bare)
            .or_else(|| korean(bare))
            .or_else(|| japanese(bare).filter(|_| text.contains(is_kana) || bare.contains([' ', '\u{3000}'])))
            .map(|(last, first)| name(text, bare, last, first, sure::ANSWERED))
    })
}

fn stated(text: &str) -> Option<Name> {
    for cue in ["我的名字是", "我的名字叫", "我名字叫", "我叫"] {
        if let Some((_, rest)) = text.split_once(cue) {
            let run = rest.trim_start().trim_start_matches(['做', '：', ':']);
            let end = run
                .char_indices()
                .find(|(i, c)| !is_han(*c) || *i > 3 && ENDS.contains(*c))
                .map_or(run.len(), |(i, _)| i);
            if let Some((last, first)) = chinese(&run[..end]) {
                return Some(name(text, &run[..end], last, first, sure::STATED));
            }
        }
    }
    if let Some((_, rest)) = text.split_once("我姓")
        && let Some(c) = rest.chars().next().filter(|c| CHINESE.contains(*c))
    {
        return Some(Name { first: None, last: Some(c.into()), sure: sure::STATED, at: 0 });
    }
    for tail in ["と申します", "と言います", "といいます"] {
        if let Some((before, _)) = text.split_once(tail) {
            let run = before.rsplit(['、', '。', ',', '，', '\n']).next().unwrap_or_default();
            let run = run.rsplit_once('は').map_or(run, |(_, r)| r).trim();
            if let Some((last, first)) = japanese(run) {
                return Some(name(text, run, last, first, sure::STATED));
            }
        }
    }
    if let Some((_, rest)) = text.split_once("名前は")
        && let Some((run, _)) = rest.split_once("です")
        && let Some((last, first)) = japanese(run.trim())
    {
        return Some(name(text, run.trim(), last, first, sure::STATED));
    }
    for cue in ["제 이름은", "저의 이름은", "저는"] {
        if let Some((_, rest)) = text.split_once(cue) {
            let rest = rest.trim_start();
            let end = ["입니다", "이에요", "예요", "이라고", "라고"].iter().filter_map(|e| rest.find(e)).min()?;
            if let Some((last, first)) = korean(rest[..end].trim()) {
                return Some(name(text, &rest[..end], last, first, sure::STATED));
            }
        }
    }
    None
}

fn name(text: &str, run: &str, last: String, first: String, sure: f32) -> Name {
    let some = |s: String| (!s.is_empty()).then_some(s);
    Name { first: some(first), last: some(last), sure, at: text.find(run).unwrap_or(0) }
}

/// Two to four characters, a known family name first.
fn chinese(run: &str) -> Option<(String, String)> {
    let n = run.chars().count();
    if !(2..=4).contains(&n) || !run.chars().all(is_han) {
        return None;
    }
    let two = TWO_CHARACTERS.iter().any(|s| run.starts_with(s)) && n > 2;
    let known = two || n < 4 && run.chars().next().is_some_and(|c| CHINESE.contains(c));
    let cut = run.char_indices().nth(if two { 2 } else { 1 }).map_or(run.len(), |(i, _)| i);
    known.then(|| (run[..cut].to_owned(), run[cut..].to_owned()))
}

/// Two to four syllables, a known family name first.
fn korean(run: &str) -> Option<(String, String)> {
    let plain: String = run.chars().filter(|c| *c != ' ').collect();
    let n = plain.chars().count();
    let first = plain.chars().next()?;
    let known = (2..=4).contains(&n) && plain.chars().all(is_hangul) && KOREAN.contains(first);
    known.then(|| (first.to_string(), plain.chars().skip(1).collect()))
}

/// Family name and given name with a space between, or four characters; a shorter one is the family name.
fn japanese(run: &str) -> Option<(String, String)> {
    let own = |s: &str| !s.is_empty() && s.chars().count() <= 6 && s.chars().all(|c| is_han(c) || is_kana(c));
    if let Some((last, first)) = run.split_once([' ', '\u{3000}', '・']) {
        return (own(last) && own(first)).then(|| (last.to_owned(), first.to_owned()));
    }
    let n = run.chars().count();
    let han = run.chars().all(is_han);
    match n {
        4 if han => {
            let cut = run.char_indices().nth(2).map_or(run.len(), |(i, _)| i);
            Some((run[..cut].to_owned(), run[cut..].to_owned()))
        }
        2 | 3 if han => Some((run.to_owned(), String::new())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, asked: Asked) -> (String, String) {
        let named = named(text, &Scene { asked, ..Scene::QUIET });
        named.map_or_else(Default::default, |n| (n.last.unwrap_or_default(), n.first.unwrap_or_default()))
    }

    fn pair(last: &str, first: &str) -> (String, String) {
        (last.into(), first.into())
    }

    #[test]
    fn stated_and_answered() {
        assert_eq!(said("你好，我叫王小明，我想退款", Asked::NOTHING), pair("王", "小明"));
        assert_eq!(said("我叫欧阳娜娜", Asked::NOTHING), pair("欧阳", "娜娜"));
        assert_eq!(said("我姓李", Asked::NOTHING), pair("李", ""));
        assert_eq!(said("陈静", Asked::NAME), pair("陈", "静"));
        assert_eq!(said("山田太郎と申します。", Asked::NOTHING), pair("山田", "太郎"));
        assert_eq!(said("私の名前は佐藤 花子です", Asked::NOTHING), pair("佐藤", "花子"));
        assert_eq!(said("안녕하세요, 제 이름은 김민수입니다", Asked::NOTHING), pair("김", "민수"));
        assert_eq!(said("박지영", Asked::NAME), pair("박", "지영"));
    }

    #[test]
    fn other_words_are_no_names() {
        for text in ["我想退款", "请帮我修改收货地址", "ありがとうございます", "감사합니다", "hello"]
        {
            assert_eq!(said(text, Asked::NOTHING), pair("", ""), "{text}");
        }
        assert_eq!(said("我不想说", Asked::NAME), pair("", ""));
        assert_eq!(asked("请问您的姓名和邮箱？"), Asked::NAME.with(Asked::EMAIL));
    }
}
