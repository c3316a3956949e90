package dev.gatehouse.auth.password.rules;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import me.gosimple.nbvcxz.Nbvcxz;
import me.gosimple.nbvcxz.resources.Configuration;
import me.gosimple.nbvcxz.resources.ConfigurationBuilder;
import me.gosimple.nbvcxz.resources.Dictionary;
import me.gosimple.nbvcxz.resources.DictionaryBuilder;

/// How many guesses a password would withstand, by nbvcxz. Its word lists are read at the first use, which takes about a second.
/// Thread-safe.
final class Guesses {

    // A million: "somewhat guessable" on the scale of zxcvbn. Guessing online gets nowhere near it.
    private static final BigDecimal LEAST = BigDecimal.valueOf(1_000_000);
    // More than anybody guesses whole, few enough that texts made to cost time cost little.
    private static final int LOOKS_AT = 32;
    private static final long DEADLINE_MILLIS = 50;
    private static final int SHORTEST_NAME = 5;

    private Guesses() {}

    static boolean isCommon(String password) {
        return WordLists.COMMON.getDictonary().containsKey(password.toLowerCase(Locale.ROOT));
    }

    static boolean areFew(String password, List<String> names) {
        return new Nbvcxz(configuration(names)).estimate(password).getGuesses().compareTo(LEAST) < 0;
    }

    private static Configuration configuration(List<String> names) {
        List<Dictionary> dictionaries = new ArrayList<>(WordLists.ALL);
        List<String> words = Similarity.parts(names).filter(name -> name.length() >= SHORTEST_NAME).toList();
        dictionaries.add(new DictionaryBuilder().setDictionaryName("names").setExclusion(true).addWords(words, 0)
                .createDictionary());
        // Without a distance to the words: finding typing mistakes would take a hundred times as long.
        return new ConfigurationBuilder().setDictionaries(dictionaries).setDistanceCalc(false).setMaxLength(LOOKS_AT)
                .setCombinationAlgorithmTimeout(DEADLINE_MILLIS).setLocale(Locale.ROOT).createConfiguration();
    }

    private static final class WordLists {

        private static final Set<String> USED = Set.of("passwords", "english", "male_names", "female_names", "surnames");
        private static final List<Dictionary> ALL = ConfigurationBuilder.getDefaultDictionaries().stream()
                .filter(list -> USED.contains(list.getDictionaryName())).toList();
        private static final Dictionary COMMON = ALL.stream().filter(list -> list.getDictionaryName().equals("passwords"))
                .findFirst().orElseThrow();
    }
}
