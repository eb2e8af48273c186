//! What the product says about recovery.

use super::Phrase;

/// Name of an event.
pub fn event(id: &str) -> Phrase {
    match id {
        "component" => Phrase::new("構成要素ひとつの故障", "loss of one component"),
        "zone" => Phrase::new("ゾーンの喪失", "loss of a zone"),
        "region" => Phrase::new("リージョンの喪失", "loss of a region"),
        "data-loss" => Phrase::new("データの破壊", "data destroyed by mistake"),
        "bad-deploy" => Phrase::new("不良リリース", "bad release"),
        other => Phrase::same(other),
    }
}

/// Name of a strategy.
pub fn strategy(id: &str) -> Phrase {
    match id {
        "backup-restore" => Phrase::new("バックアップから復元", "backup and restore"),
        "pilot-light" => Phrase::new("パイロットライト", "pilot light"),
        "warm-standby" => Phrase::new("ウォームスタンバイ", "warm standby"),
        "active-active" => Phrase::new("アクティブ・アクティブ", "active-active"),
        other => Phrase::same(other),
    }
}

/// What a step does, by the first part of its id, to what.
pub fn step(verb: &str, to: &str) -> Phrase {
    let (ja, en) = match verb {
        "decide" => ("気づき、集まり、決める".to_owned(), "notice, assemble, decide".to_owned()),
        "detect" => (format!("{to} の死活監視が外す"), format!("health checks drop what is lost of {to}")),
        "detect-dns" => ("DNS の死活監視が気づく".to_owned(), "DNS health checks notice the loss".to_owned()),
        "failover" => (format!("{to} の待機系が引き継ぐ"), format!("the standby of {to} takes over")),
        "replace" => (format!("{to} が自動で置き換わる"), format!("{to} is replaced automatically")),
        "reschedule" => {
            (format!("{to} を残ったノードに置き直す"), format!("{to} is moved to nodes that are left"))
        }
        "nodes" => (format!("{to} に代わりのノードを足す"), format!("nodes are added to {to}")),
        "create" => (format!("{to} を新しく作る"), format!("{to} is made anew")),
        "start" => (format!("{to} を起動する"), format!("{to} is started")),
        "restore" => (format!("{to} をバックアップから戻す"), format!("{to} is restored from its backup")),
        "promote" => (format!("{to} の複製を昇格させる"), format!("the replica of {to} is promoted")),
        "repoint" => (format!("{to} の接続先を替える"), format!("callers find the new {to}")),
        "dns" => ("DNS を向け替える".to_owned(), "DNS is pointed to the new region".to_owned()),
        "warm" => (format!("{to} に溜め直す"), format!("{to} fills again")),
        "wait" => (format!("{to} が戻るのを待つ"), format!("wait for {to} to return")),
        "rollback" => (
            "リリースを戻す(検知を含む)".to_owned(),
            "the release is taken back, noticing included".to_owned(),
        ),
        _ => (to.to_owned(), to.to_owned()),
    };
    Phrase { ja, en }
}

/// A copy goes to a region that the file does not have.
pub fn unknown_copy_region(id: &str) -> Phrase {
    Phrase::new(
        format!("写しの行き先 {id} はリージョンではない"),
        format!("copies go to `{id}`, which is no region of this file"),
    )
}

/// What to write instead.
pub fn unknown_copy_region_help(known: &[&str]) -> Phrase {
    let list = known.join(", ");
    if known.is_empty() {
        return Phrase::new("[region.<id>] を書く", "declare it: [region.<id>]");
    }
    Phrase::new(
        format!("使えるのは {list}。新しいものは [region.<id>] で書く"),
        format!("known are: {list}; declare another one as [region.<id>]"),
    )
}

/// Nothing to restore a component from.
pub fn nothing_to_restore(component: &str) -> Phrase {
    Phrase::new(
        format!("{component} に戻せるバックアップがない"),
        format!("there is no backup that {component} could be restored from"),
    )
}

/// No copy of a component's data outside its region.
pub fn no_copy(component: &str, region: &str) -> Phrase {
    Phrase::new(
        format!("{component} の写しが {region} の外にない。リージョンが戻らなければ全データを失う"),
        format!(
            "no copy of {component} outside {region}: if the region does not return, all its data are lost"
        ),
    )
}

/// Nothing is ready elsewhere, so the team waits.
pub fn waits(place: &str) -> Phrase {
    Phrase::new(
        format!("ほかに復旧する先がなく、{place} が戻るのを待つしかない"),
        format!("there is nowhere to recover to: all there is to do is wait for {place} to return"),
    )
}

/// How often a place returns is not known.
pub fn unknown_return(place: &str) -> Phrase {
    Phrase::new(
        format!("{place} の停止がどれだけ続くかの値がない"),
        format!("nothing says how long an outage of {place} lasts"),
    )
}

/// A copy that is as new as the last commit.
pub fn synchronous(component: &str) -> Phrase {
    Phrase::new(
        format!("{component} の待機系には同期して書かれている"),
        format!("the standby of {component} is written synchronously"),
    )
}

/// The disk outlives what failed.
pub fn disk_kept(component: &str) -> Phrase {
    Phrase::new(format!("{component} のディスクは失われない"), format!("the disk of {component} is not lost"))
}

/// Back to the last point that can be restored.
pub fn last_point(component: &str) -> Phrase {
    Phrase::new(
        format!("{component} の最後に戻せる時点まで"),
        format!("back to the last point of {component} that can be restored"),
    )
}

/// As far as the copy is behind.
pub fn behind(component: &str, region: &str) -> Phrase {
    Phrase::new(
        format!("{region} にある {component} の写しの遅れ"),
        format!("as far as the copy of {component} in {region} is behind"),
    )
}

/// A replica that this strategy would build.
pub fn replica(component: &str) -> Phrase {
    Phrase::new(
        format!("この方式で置く {component} の複製の遅れ"),
        format!("as far as the replica of {component} that this strategy builds is behind"),
    )
}

/// The standby stands in another region.
pub fn far_standby(component: &str) -> Phrase {
    Phrase::new(
        format!("別のリージョンにある {component} の待機系の遅れ"),
        format!("as far as the standby of {component} in another region is behind"),
    )
}

/// How far a replica elsewhere is behind is not known.
pub fn unknown_lag(component: &str) -> Phrase {
    Phrase::new(
        format!("別のリージョンにある {component} の複製の遅れが分からない。lag に書く"),
        format!(
            "how far the replica of {component} in another region is behind is not known: state its `lag`"
        ),
    )
}

/// How long a restore takes depends on a size that the file does not state.
pub fn unknown_size(component: &str) -> Phrase {
    Phrase::new(
        format!("{component} の容量が書かれていないので、戻すのにかかる時間が分からない。storage に書く"),
        format!("how long a restore of {component} takes is not known without its size: state `storage`"),
    )
}

/// No rate of restoring is known for this vendor.
pub fn unknown_restore(component: &str) -> Phrase {
    Phrase::new(
        format!("{component} をどれだけ速く戻せるかの値がない。restore-rate に書く"),
        format!("nothing says how fast {component} can be restored: state `restore-rate`"),
    )
}

/// No time is known for this vendor.
pub fn unknown_time(component: &str, what: &str) -> Phrase {
    Phrase::new(
        format!("{component} の {what} の時間を示す値がない。[recovery.*] の takes に書く"),
        format!(
            "nothing says how long `{what}` takes for {component}: state it in `takes` of a [recovery.*]"
        ),
    )
}

/// A cache comes back empty, and how fast it fills is not known.
pub fn unknown_warming(component: &str) -> Phrase {
    Phrase::new(
        format!("{component} に溜め直す時間が分からない。data と fill-rate の両方を書く"),
        format!("how long {component} takes to fill again is not known: state both `data` and `fill-rate`"),
    )
}

/// A recovery of no known event.
pub fn unknown_event(id: &str) -> Phrase {
    Phrase::new(format!("{id} という出来事はない"), format!("there is no event `{id}` to recover from"))
}

/// Two procedures for one event.
pub fn second_procedure(event: &str) -> Phrase {
    Phrase::new(
        format!("{event} の復旧手順が二つある"),
        format!("the event `{event}` has a recovery procedure already"),
    )
}

/// What to do about it.
pub fn second_procedure_help() -> Phrase {
    Phrase::new("ひとつの [recovery.*] にまとめる", "put both into one [recovery.*]")
}

/// A step that the file names but that this design does not have.
pub fn unknown_step(step: &str, event: &str) -> Phrase {
    Phrase::new(
        format!("{event} からの復旧に手順 {step} はない"),
        format!("no recovery from `{event}` has a step `{step}` here"),
    )
}

/// What a step that does not occur means.
pub fn idle_step_help() -> Phrase {
    Phrase::new("この構成では使われない", "it is not used in this design")
}

/// Steps that wait for each other.
pub fn step_circle(step: &str) -> Phrase {
    Phrase::new(format!("手順 {step} が自分自身を待っている"), format!("step `{step}` waits for itself"))
}

/// What to do about it.
pub fn step_circle_help() -> Phrase {
    Phrase::new("after のどれかを消す", "take one of the `after` out of the circle")
}

/// A point is gone before the next one is made.
pub fn keep_too_short(id: &str) -> Phrase {
    Phrase::new(
        format!("バックアップ `{id}` の keep が every より短く、戻せる時点がない間ができる"),
        format!(
            "the backup `{id}` keeps a point for less than the time to the next one, so at times there is none"
        ),
    )
}

/// What to do about it.
pub fn keep_too_short_help() -> Phrase {
    Phrase::new(
        "keep を every 以上に、例えば \"7d\" にする",
        "state a `keep` of at least `every`, such as \"7d\"",
    )
}

/// What is left to restore has gone before anybody notices.
pub fn forgotten(component: &str) -> Phrase {
    Phrase::new(
        format!("{component} の壊れる前の時点は、人が気づく前に捨てられている。keep を延ばす"),
        format!(
            "by the time people notice, no point of {component} from before the mistake is kept: state a longer `keep`"
        ),
    )
}

/// A procedure leads into the region that is lost.
pub fn into_what_is_lost(region: &str) -> Phrase {
    Phrase::new(
        format!("すべてが {region} にあり、失われるのもそこなので、そこへは復旧できない"),
        format!(
            "all that stands anywhere stands in `{region}`, the region that is lost: nothing comes back there"
        ),
    )
}

/// What to do about it.
pub fn into_what_is_lost_help() -> Phrase {
    Phrase::new(
        "別のリージョンを [region.<id>] で書き、to に書く",
        "declare another region as [region.<id>] and name it in `to`",
    )
}

/// An event that nothing in the file lets be judged, and what to state.
pub fn unjudged(event: &str) -> Phrase {
    let (ja, en) = match event {
        "zone" => ("構成要素に zone か zones を書く", "state `zone` or `zones` of the components"),
        "region" => ("構成要素に region か zone を書く", "state `region` or `zone` of the components"),
        "data-loss" => (
            "データを持つ構成要素がない。database を書くか events から外す",
            "nothing here keeps data: declare the database, or take it out of `events`",
        ),
        _ => (
            "ノードの上の service を書くか events から外す",
            "declare a service on nodes, or take it out of `events`",
        ),
    };
    Phrase::new(ja, en)
}

/// Data that are restored in a way that is not modelled.
pub fn not_restorable(component: &str) -> Phrase {
    Phrase::new(
        format!("{component} を戻す時間はモデルにない。events から外す"),
        format!("how long {component} takes to restore is not modelled: take it out of `events`"),
    )
}

/// Events that a target names and that are not in its verdict.
pub fn not_judged(events: &[(&str, Phrase)]) -> Phrase {
    let list = |lang: super::Lang| {
        let one = |(id, why): &(&str, Phrase)| match lang {
            super::Lang::Ja => format!("{}({})", event(id).ja, why.ja),
            super::Lang::En => format!("{} ({})", event(id).en, why.en),
        };
        events.iter().map(one).collect::<Vec<_>>().join(if lang == super::Lang::Ja { "、" } else { ", " })
    };
    Phrase::new(
        format!("調べられない出来事: {}。", list(super::Lang::Ja)),
        format!("Not judged: {}.", list(super::Lang::En)),
    )
}

/// A strategy takes for granted what stands and is paid nowhere.
pub fn taken_for_granted(strategy: &str, region: &str, component: &str, paid: bool) -> Phrase {
    let name = self::strategy(strategy);
    match paid {
        true => Phrase::new(
            format!("{region} に{}として {component} などがあるものとした(請求に入っている)。", name.ja),
            format!(
                "Taken for granted, and on the bill: what {} keeps in {region}, such as {component}.",
                name.en
            ),
        ),
        false => Phrase::new(
            format!(
                "{region} には {component} がなく請求にもない。{}という言葉だけでは復旧先にならないので、決められない。",
                name.ja
            ),
            format!(
                "{component} does not stand in {region} and is on no bill: the word {} alone is no place to recover to, so it is open.",
                name.en
            ),
        ),
    }
}

/// What would settle that.
pub fn declare_there(component: &str, region: &str) -> Phrase {
    Phrase::new(
        format!("{component} を {region} にも書くか、値段の付く形(provider、型)で書く"),
        format!(
            "{component} declared in {region} as well, or with a provider and type that the price book knows"
        ),
    )
}

/// None of these events can happen to this design as far as the file goes.
pub fn no_event(events: &[&str]) -> Phrase {
    let list = events.join(", ");
    Phrase::new(
        format!("この構成では次の出来事を調べられない: {list}。リージョン・ゾーンとバックアップを書く"),
        format!("nothing in the file lets these events happen: {list}. State regions, zones and backups"),
    )
}
