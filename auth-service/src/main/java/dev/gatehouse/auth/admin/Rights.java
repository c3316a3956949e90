package dev.gatehouse.auth.admin;

import org.springframework.stereotype.Component;

import dev.gatehouse.auth.problem.Problem;
import dev.gatehouse.auth.problem.ProblemCode;
import dev.gatehouse.auth.role.Administrators;
import dev.gatehouse.auth.session.Sessions;

/// What administrators may do by the time they do it: between the header section of a call and the end of its body they may have lost it. Blocks on
/// the database; thread-safe.
@Component
public final class Rights {

    private final Administrators administrators;
    private final Sessions sessions;

    Rights(Administrators administrators, Sessions sessions) {
        this.administrators = administrators;
        this.sessions = sessions;
    }

    /// {@return the administrator as of now, who stays so until the calling transaction ends, one after the other over all instances}
    ///
    /// @param admin who was admitted
    /// @param needed for what follows
    /// @throws dev.gatehouse.auth.problem.Refusal where their session has ended or they may not do so any more
    public Admin still(Admin admin, AdminScope needed) {
        administrators.oneAtATime();
        Admin still = new Admin(sessions.claim(admin.session()));
        if (!still.account().scopes().contains(needed.scope())) {
            throw Problem.of(ProblemCode.ACCESS_DENIED, "This needs the scope " + needed.scope() + ".").refusal();
        }
        return still;
    }
}
