//! Names of what is billed, and why something has no amount.

use super::{Phrase, Words, words};

/// Names of the neutral items, without the detail after the colon.
const ITEMS: &[(&str, Words)] = &[
    ("alarm.month", words("アラーム", "alarms")),
    ("block-storage.gb-month", words("ブロックストレージ", "block storage")),
    ("block-storage.iops-month", words("ブロックストレージの追加 IOPS", "extra IOPS of block storage")),
    ("cache.gb-hour", words("キャッシュのメモリ", "cache memory")),
    ("cache.hour", words("キャッシュノード", "cache nodes")),
    ("canary.run", words("外形監視の実行", "synthetic monitoring runs")),
    ("cdn.gb", words("CDN 配信量", "CDN traffic to users")),
    ("cdn.month", words("CDN 基本料金", "CDN base fee")),
    ("cdn.request", words("CDN リクエスト", "CDN requests")),
    ("cdn.upload.gb", words("CDN からオリジンへの転送", "CDN uploads to the origin")),
    ("certificate.month", words("証明書", "certificates")),
    ("cluster.hour", words("クラスターの管理料金", "cluster control plane")),
    ("compute.hour", words("インスタンス", "instances")),
    ("compute.surplus-credit", words("CPU クレジットの超過", "surplus CPU credits")),
    ("cross-region.gb", words("リージョン間転送", "traffic between regions")),
    ("cross-region.on-time.gb", words("遅れに上限のある複製", "replication with a limit on its lag")),
    ("cross-zone.gb", words("ゾーン間転送", "traffic between zones")),
    ("database.backup.gb-month", words("DB バックアップの保管", "database backup storage")),
    ("database.backup.gb-month.aurora", words("Aurora バックアップの保管", "Aurora backup storage")),
    ("database.hour", words("DB インスタンス", "database instance")),
    ("database.hour.multi-az", words("DB インスタンス(Multi-AZ)", "database instance (Multi-AZ)")),
    ("database.hour.aurora", words("Aurora のインスタンス", "Aurora instances")),
    ("database.hour.multi-az.mysql", words("MySQL インスタンス(Multi-AZ)", "MySQL instance (Multi-AZ)")),
    ("database.hour.mysql", words("MySQL インスタンス", "MySQL instance")),
    ("database.io.aurora", words("Aurora の入出力", "Aurora I/O requests")),
    ("database.memory.gb-hour", words("DB のメモリ", "database memory")),
    ("database.proxy.vcpu-hour", words("DB プロキシ", "database proxy")),
    ("database.storage.gb-month", words("DB ストレージ", "database storage")),
    ("database.storage.gb-month.aurora", words("Aurora のストレージ", "Aurora storage")),
    ("database.storage.gb-month.multi-az", words("DB ストレージ(Multi-AZ)", "database storage (Multi-AZ)")),
    ("database.surplus-credit", words("DB の CPU クレジットの超過", "surplus CPU credits of the database")),
    (
        "database.surplus-credit.aurora",
        words("Aurora の CPU クレジットの超過", "surplus CPU credits of Aurora"),
    ),
    ("database.vcpu-hour", words("DB の vCPU", "database vCPUs")),
    ("dns.health-check", words("DNS ヘルスチェック", "DNS health checks")),
    ("dns.query", words("DNS クエリ", "DNS queries")),
    ("dns.zone", words("ホストゾーン", "hosted zones")),
    ("egress.gb", words("インターネットへの送信", "egress to the internet")),
    ("endpoint.gb", words("VPC エンドポイントの転送量", "traffic through VPC endpoints")),
    ("endpoint.hour", words("VPC エンドポイント", "VPC endpoints")),
    ("error-tracking.month", words("エラー追跡", "error tracking")),
    ("ipv4.hour", words("パブリック IPv4 アドレス", "public IPv4 addresses")),
    ("key.month", words("暗号鍵", "encryption keys")),
    ("key.request", words("暗号鍵の操作", "encryption key requests")),
    ("llm.token-cached", words("入力トークン(キャッシュ)", "cached input tokens")),
    ("llm.token-in", words("入力トークン", "input tokens")),
    ("llm.token-out", words("出力トークン", "output tokens")),
    ("load-balancer.cu-hour", words("ロードバランサーの処理量", "load balancer capacity units")),
    ("load-balancer.gb", words("ロードバランサーの転送量", "load balancer traffic")),
    ("load-balancer.hour", words("ロードバランサー", "load balancer")),
    ("load-balancer.waf-hour", words("ロードバランサー(WAF 付き)", "load balancer with firewall")),
    ("load-balancer.lcu-hour", words("ロードバランサーの処理量(LCU)", "load balancer capacity units (LCU)")),
    ("logs.event", words("ログのインデックス", "indexed log events")),
    ("logs.gb", words("ログの取り込み", "log ingestion")),
    ("logs.infrequent.gb", words("低頻度アクセスのログの取り込み", "log ingestion, infrequent access")),
    ("logs.stored.gb-month", words("ログの保管", "log storage")),
    ("metric.month", words("カスタムメトリクス", "custom metrics")),
    ("monitoring.apm-host", words("APM 対象ホスト", "hosts traced by APM")),
    ("monitoring.host", words("監視対象ホスト", "monitored hosts")),
    ("nat.gb", words("NAT ゲートウェイの転送量", "traffic through NAT gateways")),
    ("nat.hour", words("NAT ゲートウェイ", "NAT gateways")),
    ("nat.vm-hour", words("NAT を使う VM", "VMs behind NAT")),
    ("object.request.get", words("オブジェクトの読み出し", "object reads")),
    ("object.request.put", words("オブジェクトの書き込み", "object writes")),
    ("object.storage.gb-month", words("オブジェクトストレージ", "object storage")),
    (
        "object.storage.infrequent.gb-month",
        words("低頻度アクセスの保管", "object storage, infrequent access"),
    ),
    ("on-call.user", words("オンコール担当者", "on-call users")),
    ("queue.request", words("キューの操作", "queue requests")),
    ("registry.gb-month", words("コンテナイメージの保管", "container image storage")),
    ("search.hour", words("検索ノード", "search nodes")),
    ("secret.month", words("シークレット", "secrets")),
    ("secret.request", words("シークレットの取得", "secret requests")),
    ("standing", words("別のリージョンで待機するもの", "what stands ready in another region")),
    ("synthetic.run", words("外形監視の実行", "synthetic monitoring runs")),
    ("waf.acl", words("Web ACL", "web ACLs")),
    ("waf.request", words("WAF の検査リクエスト", "requests inspected by the WAF")),
    ("waf.rule", words("WAF ルール", "WAF rules")),
];

/// Whether a neutral item has a name here.
pub fn is_named(item: &str) -> bool {
    let (family, _) = parts(item);
    ITEMS.iter().any(|(name, _)| *name == family)
}

/// Name of a neutral item, its detail included: `input tokens gpt-4o`. The item itself when it has no name here.
pub fn item_name(item: &str) -> Phrase {
    let (family, detail) = parts(item);
    let Some((_, name)) = ITEMS.iter().find(|(name, _)| *name == family) else { return Phrase::same(item) };
    let with_detail = |name: &str| match detail {
        Some(detail) => format!("{name} {detail}"),
        None => name.to_owned(),
    };
    Phrase::new(with_detail(name.ja), with_detail(name.en))
}

fn parts(item: &str) -> (&str, Option<&str>) {
    item.split_once(':').map_or((item, None), |(family, detail)| (family, Some(detail)))
}

/// Name of a bill line: what is billed, of which component, and in which other region if it is not its own.
pub fn line_name(component: &Phrase, item: &str, region: Option<&Phrase>) -> Phrase {
    let item = item_name(item);
    let (ja, en) = region.map_or((String::new(), String::new()), |region| {
        (format!("({})", region.ja), format!(" ({})", region.en))
    });
    Phrase::new(format!("{}: {}{ja}", component.ja, item.ja), format!("{}: {}{en}", component.en, item.en))
}

/// The book knows nothing of the provider.
pub fn no_provider(book: &str, provider: &str, item: &str) -> Phrase {
    let item = item_name(item);
    Phrase::new(
        format!("価格表 `{book}` に `{provider}` の価格がないため、{}の金額は不明です", item.ja),
        format!(
            "price book `{book}` has no prices of `{provider}`, so the amount for {} is unknown",
            item.en
        ),
    )
}

/// The book prices the provider, not this region.
pub fn no_region(book: &str, region: &str, item: &str) -> Phrase {
    let item = item_name(item);
    Phrase::new(
        format!("価格表 `{book}` にリージョン `{region}` の価格がないため、{}の金額は不明です", item.ja),
        format!(
            "price book `{book}` has no prices of region `{region}`, so the amount for {} is unknown",
            item.en
        ),
    )
}

/// The book prices the place, not the item.
pub fn no_item(book: &str, item: &str) -> Phrase {
    let name = item_name(item);
    Phrase::new(
        format!("価格表 `{book}` に{}の価格がありません(項目 `{item}`)", name.ja),
        format!("price book `{book}` has no price for {} (item `{item}`)", name.en),
    )
}

/// There is a price, and nobody knows how much is used.
pub fn no_quantity(item: &str) -> Phrase {
    let name = item_name(item);
    let by = |starts: &[&str]| starts.iter().any(|start| item.starts_with(start));
    let of_it = [
        (&["compute.hour", "cache.hour"][..], "type"),
        (&["database.hour"], "class"),
        (&["database.storage"], "storage"),
        (&["database.io"], "io"),
        (&["object.storage"], "stored"),
        (&["dns.zone"], "hosted-zones"),
        (&["waf.rule"], "rules"),
        (&["secret.month"], "count"),
        (&["logs.gb"], "logs"),
    ];
    let (ja, en) = match of_it.iter().find(|(starts, _)| by(starts)) {
        _ if by(&["llm.token"]) => (
            "(ジャーニーの `tokens` を書く)".to_owned(),
            ": state `tokens` of the journeys that come here".to_owned(),
        ),
        _ if by(&["cdn.gb", "egress.gb", "load-balancer.gb", "load-balancer.lcu", "load-balancer.cu"]) => (
            "(ジャーニーの `out` を書く)".to_owned(),
            ": state `out` of the journeys that come here".to_owned(),
        ),
        Some((_, field)) => {
            (format!("(コンポーネントの `{field}` を書く)"), format!(": state `{field}` of the component"))
        }
        None => (String::new(), String::new()),
    };
    Phrase::new(
        format!("シナリオからは{}の使用量が決まらないため、金額は不明です{ja}", name.ja),
        format!(
            "the scenario does not determine how much is used of {}, so its amount is unknown{en}",
            name.en
        ),
    )
}

/// Nobody says what this way of buying takes off.
pub fn no_discount(book: &str, purchase: &str, item: &str) -> Phrase {
    let name = item_name(item);
    Phrase::new(
        format!("価格表 `{book}` に{}を `{purchase}` で買うときの値引きがありません", name.ja),
        format!("price book `{book}` has no discount for {} bought as `{purchase}`", name.en),
    )
}

/// What a strategy keeps running in another region.
pub fn standing(strategy: &str, region: &Phrase) -> Phrase {
    let kept = super::optimise::strategy(strategy, region, false);
    Phrase::new(
        format!("{}: そこで動かし続けるもの", kept.ja),
        format!("{}: what is kept running there", kept.en),
    )
}

/// The quantity is beyond what can be reckoned with.
pub fn too_large(item: &str) -> Phrase {
    let name = item_name(item);
    Phrase::new(
        format!("{}の使用量が大きすぎて計算できません", name.ja),
        format!("the amount used of {} is too large to be reckoned with", name.en),
    )
}

/// The scenario's own book has no line for a use.
pub fn no_line(book: &str, item: &str) -> Phrase {
    let name = item_name(item);
    Phrase::new(
        format!("価格表 `{book}` には{}の行がなく、合計に含まれていません", name.ja),
        format!("price book `{book}` has no line for {}, and its total leaves it out", name.en),
    )
}

#[cfg(test)]
mod tests {
    use super::super::Lang;
    use super::*;

    #[test]
    fn a_line_names_component_item_and_detail_in_both_languages() {
        let nodes = Phrase::new("ワーカーノード", "Worker nodes");
        let name = line_name(&nodes, "compute.hour:t3.large", None);
        assert_eq!(name.get(Lang::Ja), "ワーカーノード: インスタンス t3.large");
        assert_eq!(name.get(Lang::En), "Worker nodes: instances t3.large");
        let copy = line_name(&nodes, "compute.hour", Some(&Phrase::new("大阪", "Osaka")));
        assert_eq!(copy.get(Lang::En), "Worker nodes: instances (Osaka)");
        assert_eq!(item_name("a.thing:x"), Phrase::same("a.thing:x"));
    }
}
