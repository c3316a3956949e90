/// What only browsers need to be told and asked: which pages of other origins may call (CORS), whether a page of another origin made the browser send
/// what it sent (CSRF, WebSocket handshakes), and the fields that guard a page. Plain values and pure decisions.
@NullMarked
package dev.gatehouse.gateway.browser;

import org.jspecify.annotations.NullMarked;
