"""The commonest names of people who live in Germany, in small letters without dots and accents; ä is ae."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Months, towns and plain words are left out.
GIVEN_NAMES: Final = _words("""
    achim adam adelheid ahmed ahmet albert alessandro alexander alexandra alfred ali alina andrea andreas
    andrzej angela angelika anita anja anke anna anne annegret anneliese annemarie annett annette anton antonia
    antonio armin arne astrid axel ayse barbara bastian beate beatrice ben benjamin bernd bernhard bettina
    bianca birgit bjoern bogdan brigitte britta bruno carina carmen carola carolin carsten caspar catharina
    charlotte christa christel christian christiane christina christine christof christoph christopher clara
    claudia claus clemens constanze corinna cornelia dagmar daniel daniela david dennis detlef diana dieter
    dietmar dirk dmitri dominik doreen doris dorothea eberhard edeltraud edith eduard ekaterina elena elfriede
    elif elisabeth elke elmar emil emilia emine emma erhard eric erich erik erika erna ernst erwin esra eugen
    eva evelyn fabian fatih fatima fatma felix ferdinand finn florian frank franz franziska frauke frieda
    friederike friedhelm friedrich fritz gabi gabriele georg gerald gerd gerda gerhard gerlinde gertrud gisela
    gudrun guenter guenther gundula gustav hakan halil hanna hannah hannelore hannes hans harald hartmut hasan
    hatice hedwig heide heidemarie heidi heidrun heike heiko heiner heinrich heinz helene helga hella helmut
    henning henrik henry herbert heribert hermann hilde hildegard holger horst hubert huseyin ibrahim ilona ilse
    ina ines inge ingeborg ingo ingrid irene irina iris irmgard isabel isabella ivan ivana jakob jan jana janina
    jannik jennifer jens jessica jo joachim jochen joerg johann johanna johannes jonas jonathan josef joseph
    judith juergen julia julian jutta kai karin karl karla karsten katarzyna katharina kathrin katja katrin
    kemal kerstin kevin kirsten klara klaus konrad konstantin kristin kristina krzysztof kurt lars laura lea
    lena leon leonhard leonie linda lisa lorenz lothar louis luca lucas ludwig luis luisa lukas lutz lydia
    magdalena maik maike maja malte manfred manuel manuela marc marcel marco marek margarete margit margot
    margret maria marianne marie marina mario marion markus marlene marlies martha martin martina marvin mathias
    mathilde matthias max maximilian mechthild mehmed mehmet meike melanie melina merle meryem mia michael
    michaela mila milan miriam mohamed mohammad mohammed monika monique moritz muhammad murat mustafa nadine
    nadja natalia natalie nele nicola nicolas nicole niels niklas nils nina noah nora norbert olaf olga oliver
    omar oskar osman otto pascal patricia patrick paul paula pauline peter petra philipp pia piotr rainer ralf
    ralph ramona raphael rebecca regina reiner reinhard reinhold renate ricarda richard rita robert robin roland
    rolf roman ronny rosa rosemarie roswitha rudi rudolf ruediger ruth sabine sabrina samuel sandra sandro sara
    sarah sascha sebastian selin selina sergej serkan sibylle siegfried siegrid sigrid silke silvia simon simone
    sofia sofie sonja sophia sophie stefan stefanie steffen stella stephan stephanie susanne svea sven svenja
    svetlana sybille sylvia tamara tanja tatjana theo theodor theresa thomas thorben thorsten tilo tim timo tina
    tobias tom torben torsten udo ulf uli ulla ulrich ulrike ursel ursula ute uwe valentin valentina vanessa
    vera verena veronika victoria viktor viktoria vincent volker volkmar waldemar walter waltraud wendelin
    werner wiebke wilfried wilhelm willi willy winfried wolfgang yasemin yusuf yvonne zeynep
""")
FAMILY_NAMES: Final = _words("""
    albrecht arnold baumann beck becker berger bergmann boehm brandt braun busch conrad demir dietrich ebert
    engel erdogan ernst fiedler fischer frank franke friedrich fuchs graf gross guenther haas hahn hansen
    hartmann heinrich herrmann hoffmann hofmann horn huber ivanov jaeger jansen jansson jung kaiser kaya keller
    koehler koenig kowalczyk kowalski kraemer kraus krause krueger kruse kuehn kuhn lang lange lehmann lindner
    lorenz ludwig maier martens martin mayer meier meyer moeller mueller nguyen nowak oezdemir oeztuerk otto
    peters petersen pfeiffer pohl polat popescu roth sahin sauer schaefer scherer schmid schmidt schmitt schmitz
    schneider scholz schubert schulte schultz schulz schulze schumacher schuster schwarz seidel simon sommer
    stein thomas tran vogel vogt voigt wagner walter weber wegner weiss werner wiese winkler winter wolf wolff
    yildirim yildiz yilmaz ziegler zimmermann
""")
# Family names that are plain words too: alone, and among other words, they name nobody.
PLAIN_WORDS: Final = _words("""
    busch engel ernst frank friedrich graf gross hahn horn jung kaiser keller koenig lang lange ludwig martin
    otto roth sauer schwarz simon sommer stein thomas vogel walter weber werner wiese winkel winter wolf
""")
