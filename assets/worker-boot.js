// Starts the worker's program, which lies beside this script under the same stamp.
"use strict";
importScripts("worker.js" + location.search);
wasm_bindgen({ module_or_path: "worker_bg.wasm" + location.search });
