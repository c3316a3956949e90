package dev.gatehouse.gateway.pipeline;

/// The same fields in HTTP/2, which has no `Connection` and changes to nothing else; `StreamAttackIT` plays that.
class HeaderAttackOverHttp2IT extends HeaderAttackIT {

    @Override
    Spoken spoken() {
        return Spoken.HTTP_2;
    }

    @Override
    void connectionTakesAwayNothingOfOurs(String options, String why) {}

    @Override
    void noBackendIsToldWhatIsForOneConnectionOnly(String name) {}

    @Override
    void noUpgradeGetsPastTheGateway(String fields, String why) {}
}
