package dev.gatehouse.gateway.routes;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/// A hash map from texts that is asked with a piece of a longer text, so that a lookup copies nothing. Open addressing, at most half full.
final class SegmentMap<V> {

    private @Nullable String[] keys = new String[4];
    private @Nullable Object[] values = new Object[4];
    private int size;

    /// The value of `text.substring(start, end)`, or null.
    @SuppressWarnings("unchecked") // put() stores nothing but V
    @Nullable
    V get(String text, int start, int end) {
        return (V) values[slot(text, start, end)];
    }

    V computeIfAbsent(String key, Supplier<V> make) {
        V present = get(key, 0, key.length());
        if (present != null) {
            return present;
        }
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        V made = make.get();
        put(key, made);
        size++;
        return made;
    }

    /// The longest way from where a key would like to be to where it is; what a lookup costs at worst.
    int longestProbe() {
        int longest = 0;
        for (int i = 0; i < keys.length; i++) {
            String key = keys[i];
            if (key != null) {
                longest = Math.max(longest, (i - home(key, 0, key.length())) & (keys.length - 1));
            }
        }
        return longest;
    }

    private void grow() {
        @Nullable
        String[] oldKeys = keys;
        @Nullable
        Object[] oldValues = values;
        keys = new String[2 * oldKeys.length];
        values = new Object[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != null) {
                put(oldKeys[i], oldValues[i]);
            }
        }
    }

    private void put(String key, @Nullable Object value) {
        int slot = slot(key, 0, key.length());
        keys[slot] = key;
        values[slot] = value;
    }

    /// Where the text is, or the free place where it would be.
    private int slot(String text, int start, int end) {
        int slot = home(text, start, end);
        for (String key = keys[slot]; key != null; key = keys[slot]) {
            if (key.length() == end - start && key.regionMatches(0, text, start, end - start)) {
                break;
            }
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    private int home(String text, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        hash *= 0x9E3779B9; // spreads names that differ in their last letters only
        return (hash >>> 7) & (keys.length - 1);
    }
}
