package dev.gatehouse.auth.mail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.gatehouse.auth.database.StartRefused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class MailTemplatesTests {

    private static final Set<MailKind> WITHOUT_CODE = EnumSet.of(MailKind.ACCOUNT_EXISTS, MailKind.ADDRESS_WANTED,
            MailKind.PASSWORD_DISABLED, MailKind.MFA_REMOVED, MailKind.DELETION_REQUESTED);

    private final Map<String, String> values = new HashMap<>(Map.of("username", "alice", "site", "auth.test", "link",
            "http://auth.test/page?token=t-1", "code", "12345678", "address", "203.0.113.7", "device", "Firefox on Linux", "time",
            "2026-11-22 10:00:00 UTC", "language", "en"));

    @TempDir
    private Path folder;

    @Test
    void sendNoLinkWithTheCodeOfASignIn() {
        var mail = new MailTemplates(Optional.empty()).render(MailKind.SIGN_IN_CODE, Locale.ENGLISH, values);

        assertThat(mail.text()).as("a click must not let somebody else in").contains("12345678")
                .doesNotContain("http://auth.test/page");
        assertThat(mail.html()).contains("12345678").doesNotContain("href");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SIGN_IN_CODE")
    void haveALinkInBothFormsAndACodeWhereItCanBeTyped(MailKind kind) {
        var mail = new MailTemplates(Optional.empty()).render(kind, Locale.ENGLISH, values);

        assertThat(mail.subject()).contains("auth.test").doesNotContain("{");
        assertThat(mail.text()).contains("Hello alice", "http://auth.test/page?token=t-1", "2026-11-22 10:00:00 UTC")
                .doesNotContain("{{", "<p");
        assertThat(mail.html()).startsWith("<!DOCTYPE html>").contains("alice", "href=\"http://auth.test/page?token=t-1\"")
                .doesNotContain("{{");
        assertThat(mail.text().contains("203.0.113.7, Firefox on Linux")).isEqualTo(!kind.isByAdministrator());
        assertThat(mail.html().contains("203.0.113.7, Firefox on Linux")).isEqualTo(!kind.isByAdministrator());
        assertThat(mail.text().contains("An administrator")).isEqualTo(kind.isByAdministrator());
        assertThat(mail.html().contains("An administrator")).isEqualTo(kind.isByAdministrator());
        boolean typed = !WITHOUT_CODE.contains(kind);
        assertThat(mail.text().contains("12345678")).isEqualTo(typed);
        assertThat(mail.html().contains("12345678")).isEqualTo(typed);
    }

    @Test
    void sayWhyTheOwnerOfAnAddressGetsThem() {
        MailTemplates templates = new MailTemplates(Optional.empty());

        assertThat(templates.render(MailKind.ACCOUNT_EXISTS, Locale.ENGLISH, values).text()).contains("tried to register");
        var wanted = templates.render(MailKind.ADDRESS_WANTED, Locale.ENGLISH, values);
        assertThat(wanted.text().replaceAll("\\s+", " ")).contains("wants this address for another account")
                .doesNotContain("register");
        assertThat(wanted.html()).contains("wants this address for another account").doesNotContain("register");
    }

    @Test
    void leaveOutWhatThereIsNot() {
        values.put("code", "");
        values.remove("address");

        var mail = new MailTemplates(Optional.empty()).render(MailKind.REFRESH_REUSE, Locale.ENGLISH, values);

        assertThat(mail.text()).doesNotContain("code", "From , ").contains("Firefox on Linux, at");
    }

    @Test
    void takeNoMarkupAndNoPlaceholdersOutOfValues() {
        values.put("username", "<b onclick=\"x\">{{code}}</b>");

        var mail = new MailTemplates(Optional.empty()).render(MailKind.PASSWORD_CHANGED, Locale.ENGLISH, values);

        assertThat(mail.html()).contains("&lt;b onclick=&quot;x&quot;&gt;{{code}}&lt;/b&gt;").doesNotContain("<b ");
        assertThat(mail.text()).contains("{{code}}");
    }

    @Test
    void keepTheSubjectOneLineWhateverTheValuesAre() throws IOException {
        write("en/password-changed.txt", "Subject: For {{username}}\nText {{link}}\n");
        values.put("username", "alice\r\nBcc: everybody@example.com");

        var mail = new MailTemplates(Optional.of(folder)).render(MailKind.PASSWORD_CHANGED, Locale.ENGLISH, values);

        assertThat(mail.subject()).isEqualTo("For alice Bcc: everybody@example.com");
    }

    @Test
    void takeTheOperatorsFilesAndLanguagesAndOursForTheRest() throws IOException {
        write("en/layout.html", "<html>Our house: {{content}}</html>");
        write("de/verify-email.txt", "Subject: Adresse bestätigen\nHallo {{username}}, {{link}}\n");
        MailTemplates templates = new MailTemplates(Optional.of(folder));

        assertThat(templates.render(MailKind.VERIFY_EMAIL, Locale.GERMANY, values).text())
                .startsWith("Hallo alice, http://auth.test");
        assertThat(templates.render(MailKind.VERIFY_EMAIL, Locale.GERMANY, values).html()).startsWith("<html>Our house: <p>");
        assertThat(templates.render(MailKind.RESET_PASSWORD, Locale.GERMANY, values).text()).startsWith("Hello alice");
        assertThat(templates.render(MailKind.VERIFY_EMAIL, Locale.FRENCH, values).text()).startsWith("Hello alice");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            verify-email.txt  | Subject: a\\n{{nmae}}       | verify-email.txt: nothing is known as {{nmae}}
            verify-email.txt  | No subject here\\n          | verify-email.txt: does not start with a line such as
            reset-password.html | {{#code}}never ended     | reset-password.html: has a {{ that is no value
            layout.html       | {{content}} {{code}}       | layout.html: nothing is known as {{code}}
            """)
    void refuseFilesThatCannotBeUsedAtTheStart(String file, String text, String refusal) throws IOException {
        write("en/" + file, text.replace("\\n", "\n"));

        assertThatThrownBy(() -> new MailTemplates(Optional.of(folder))).isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("GATEHOUSE_MAIL_TEMPLATES: " + refusal);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
