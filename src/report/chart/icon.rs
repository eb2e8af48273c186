//! One icon per kind of component, in lines, on a grid of 16. Our own drawings.

/// The path of a kind's icon; a plain box for kinds without one.
pub fn path(kind: &str) -> &'static str {
    match kind {
        "client" => "M8 8.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2.5 14c.6-3 2.800-4 5.500-4s4.900 1 5.500 4",
        "dns" => {
            "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2.200 1.700 2.200 10.300 0 12M8 2c-2.200 1.700-2.200 10.300 0 12"
        }
        "cdn" => {
            "M8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM8 6V2M8 14v-4M6 8H2M14 8h-4M3.500 3.500l2 2M12.500 12.500l-2-2"
        }
        "waf" => "M8 2l5 2v4c0 3.200-2 5-5 6-3-1-5-2.800-5-6V4zM5.500 8h5",
        "load-balancer" => "M8 2v4M8 6L3 12M8 6l5 6M8 6v6M2 14h2M7 14h2M12 14h2",
        "cluster" => "M8 2l5.200 3v6L8 14l-5.200-3V5zM8 2v12M2.800 5L13.200 11M13.200 5L2.800 11",
        "node-group" => "M2.500 3h11v4h-11zM2.500 9h11v4h-11zM5 5h.1M5 11h.1",
        "service" => "M8 2l5.200 3v6L8 14l-5.200-3V5zM2.800 5L8 8l5.200-3M8 8v6",
        "cache" => "M9 2L3.500 9H8l-1 5L12.500 7H8z",
        "database" => {
            "M3 4c0-2.700 10-2.700 10 0v8c0 2.700-10 2.700-10 0zM3 4c0 2.700 10 2.700 10 0M3 8c0 2.700 10 2.700 10 0"
        }
        "object-store" => "M2.500 4h11l-1.500 9.500H4zM2.500 4c0-2.400 11-2.400 11 0",
        "queue" => "M2 5h3v6H2zM6.500 5h3v6h-3zM11 5h3v6h-3z",
        "llm-api" => "M3 3h10v8H8l-3 3v-3H3zM6 6.500h4M6 8.500h2",
        "secrets" => "M5 7V5c0-4 6-4 6 0v2M3.500 7h9v6.500h-9zM8 9.500v2",
        "identity" => {
            "M2.500 4h11v8h-11zM6 8.500a1.300 1.300 0 1 0 0-2.600 1.300 1.300 0 0 0 0 2.600zM4 10.500c.4-1.500 3.600-1.500 4 0M10 7h2M10 9h2"
        }
        "monitoring" => "M2 9h3l2-5 2.500 8 2-3H14",
        "external" => "M6 3H3v10h10v-3M9 3h4v4M13 3L7.500 8.500",
        "station" => "M2 8h5M4 5.500h3v5H4M8 8a3 3 0 1 0 6 0 3 3 0 0 0-6 0z",
        _ => "M3 3h10v10H3z",
    }
}
