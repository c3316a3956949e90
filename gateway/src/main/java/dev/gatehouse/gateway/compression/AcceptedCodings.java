package dev.gatehouse.gateway.compression;

import java.util.List;
import java.util.Locale;

/// Reads `Accept-Encoding` (RFC 9110 §12.5.3). Pure.
final class AcceptedCodings {

    private AcceptedCodings() {}

    /// Whether a client takes gzip, and likes it no less than what is not compressed. One that says nothing of codings gets none.
    static boolean gzip(List<String> fields) {
        double gzip = -1;
        double any = -1;
        double identity = 0;
        for (String field : fields) {
            for (String element : field.split(",", -1)) {
                int parameters = element.indexOf(';');
                String coding = (parameters < 0 ? element : element.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
                double quality = parameters < 0 ? 1 : quality(element.substring(parameters + 1));
                switch (coding) {
                    case "gzip", "x-gzip" -> gzip = Math.max(gzip, quality);
                    case "*" -> any = quality;
                    case "identity" -> identity = quality;
                    default -> {
                        // none that is spoken here
                    }
                }
            }
        }
        double wanted = gzip >= 0 ? gzip : any;
        return wanted > 0 && wanted >= identity;
    }

    /// What cannot be read is not wanted.
    private static double quality(String parameters) {
        String text = parameters.strip();
        if (!text.regionMatches(true, 0, "q=", 0, 2) || text.length() > 7) {
            return 0;
        }
        try {
            double quality = Double.parseDouble(text.substring(2));
            return quality >= 0 && quality <= 1 ? quality : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
